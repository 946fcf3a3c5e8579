/**
 * dist/: decides whether it was made from the sources as they are and runs tsc when it was not.
 * Its stamp also names the build: the command line uses it in the keys of its cache.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { runProgram } from "./process.mjs";

const sourceFolders = ["cli", "compiler", "hal-c", "lib"];
const configFiles = ["package.json", "package-lock.json", "tsconfig.json", "tsconfig.build.json"];
const stampPath = join("dist", "build-stamp.json");

/**
 * Quick check by names, sizes and times; only when those differ are the contents compared.
 *
 * @param {string} root
 * @returns {boolean}
 */
export function distIsFresh(root) {
  const stamp = readStamp(root);
  if (stamp === undefined || !existsSync(join(root, "dist", "cli", "main.js"))) return false;
  const files = sourceFiles(root);
  const stat = statHash(root, files);
  if (stamp.stat === stat) return true;
  if (stamp.content !== contentHash(root, files)) return false;
  writeStamp(root, { ...stamp, stat });
  return true;
}

/**
 * Compiles the sources to dist/. tsc writes its output also when types are wrong; `tolerant` accepts that, so
 * that a half-edited checkout still runs.
 *
 * @param {string} root
 * @param {{ logFile: string, tolerant?: boolean }} options
 * @returns {Promise<string>} what tsc reported, empty when all is well
 */
export async function buildDist(root, { logFile, tolerant = false }) {
  const files = sourceFiles(root);
  const stamp = { stat: statHash(root, files), content: contentHash(root, files) };
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const result = await runProgram(process.execPath, [tsc, "-p", "tsconfig.build.json", "--pretty", "false"], {
    cwd: root,
    logFile,
  });
  if (result.code !== 0 && !tolerant) throw new Error(`tsc reports errors in tsfw itself:\n${result.output}`);
  writeStamp(root, stamp);
  return result.code === 0 ? "" : result.output;
}

/** Every TypeScript source and configuration that dist/ depends on, sorted. @param {string} root */
function sourceFiles(root) {
  const found = configFiles.filter((file) => existsSync(join(root, file)));
  for (const folder of sourceFolders) collect(root, folder, found);
  return found.sort();
}

function collect(root, folder, found) {
  if (!existsSync(join(root, folder))) return;
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) collect(root, path, found);
    else if (entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts")) found.push(path);
  }
}

function statHash(root, files) {
  const hash = createHash("sha256");
  for (const file of files) {
    const { size, mtimeMs } = statSync(join(root, file));
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}

function contentHash(root, files) {
  const hash = createHash("sha256");
  for (const file of files)
    hash.update(`${file}\n`).update(readFileSync(join(root, file.split("/").join(sep))));
  return hash.digest("hex");
}

function readStamp(root) {
  const file = join(root, stampPath);
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined; // cut off by a crash: build again
  }
}

function writeStamp(root, stamp) {
  mkdirSync(join(root, "dist"), { recursive: true });
  writeFileSync(join(root, stampPath), JSON.stringify(stamp));
}
