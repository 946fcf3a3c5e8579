/**
 * Child processes for the set-up: runs one command, keeps its output, never throws for a missing program.
 * Plain Node without packages, as it runs before anything is installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Runs a program to its end and resolves to its exit code and combined output. A program that does not exist
 * gives code 127. Output also goes to `logFile`, so that a failure can be read later.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, logFile?: string, shell?: boolean }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function runProgram(program, args, options = {}) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      shell: options.shell ?? false,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const finish = (code) => {
      const output = Buffer.concat(chunks).toString("utf8");
      if (options.logFile !== undefined) writeLog(options.logFile, program, args, code, output);
      resolve({ code, output });
    };
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stderr.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      finish(127);
    });
    child.on("close", (code, signal) => finish(code ?? (signal === null ? 1 : 130)));
  });
}

function writeLog(file, program, args, code, output) {
  mkdirSync(dirname(file), { recursive: true });
  appendFileSync(file, `$ ${program} ${args.join(" ")}\n${output}[exit ${code}]\n`);
}

/**
 * First lines of a program's `--version`, or undefined when the program is missing or fails.
 *
 * @param {string} program
 * @param {readonly string[]} [args]
 * @returns {string | undefined}
 */
export function programOutput(program, args = ["--version"]) {
  const result = spawnSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  return result.status === 0 ? result.stdout : undefined;
}

/** The last lines of a text, for messages. @param {string} text @param {number} count */
export function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
