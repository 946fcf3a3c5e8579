/**
 * npm packages: decides whether node_modules fits package-lock.json and runs `npm ci` when it does not.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lastLines, runProgram } from "./process.mjs";

const stampName = ".tsfw-lock-hash";

/** @param {string} root @returns {boolean} */
export function packagesAreFresh(root) {
  const modules = join(root, "node_modules");
  if (!existsSync(modules)) return false;
  const stamp = join(modules, stampName);
  const hash = lockHash(root);
  if (existsSync(stamp)) return readFileSync(stamp, "utf8") === hash;
  if (!installedMatchesLock(root)) return false;
  writeFileSync(stamp, hash);
  return true;
}

/** Installs exactly what the lock file says. @param {string} root @param {string} logFile */
export async function installPackages(root, logFile) {
  const { program, args, shell } = npmCommand();
  const options = ["ci", "--no-audit", "--no-fund", "--include=dev", "--loglevel=error"];
  const result = await runProgram(program, [...args, ...options], { cwd: root, logFile, shell });
  if (result.code !== 0) {
    throw new Error(
      `npm could not install the packages (exit ${result.code}):\n${lastLines(result.output, 15)}`,
    );
  }
  writeFileSync(join(root, "node_modules", stampName), lockHash(root));
}

function lockHash(root) {
  return createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
}

/** True when an installation made by npm itself (its hidden lock file) holds what the lock file asks for. */
function installedMatchesLock(root) {
  const hidden = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(hidden)) return false;
  const installed = JSON.parse(readFileSync(hidden, "utf8")).packages ?? {};
  const wanted = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages ?? {};
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    return found === undefined ? entry.optional === true : found.version === entry.version;
  });
}

/** npm as Node runs it where npm started us, otherwise the one on the path. */
function npmCommand() {
  const npmScript = process.env.npm_execpath;
  if (npmScript !== undefined && /npm-cli\.c?js$/.test(npmScript) && existsSync(npmScript)) {
    return { program: process.execPath, args: [npmScript], shell: false };
  }
  return { program: "npm", args: [], shell: process.platform === "win32" };
}
