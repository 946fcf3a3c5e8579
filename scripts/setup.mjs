/**
 * Makes a bare clone ready: npm packages, dist/, C compilers and emulator. Idempotent and quick when there is nothing
 * to do; needs Node alone. `node scripts/setup.mjs [--host | --tools] [--tolerant]`; `npm start` and `npm test` call it by themselves.
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { installWithApt, rootPrefix } from "./setup/apt.mjs";
import { buildDist, distIsFresh } from "./setup/build.mjs";
import { LockError, withLock } from "./setup/lock.mjs";
import { installPackages, packagesAreFresh } from "./setup/packages.mjs";
import {
  findTools,
  installAdvice,
  qemuVersionMin,
  systemPackageManager,
  toolPurpose,
} from "./setup/tools.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stateFolder = join(root, ".setup");
const logFile = join(stateFolder, "log");
const nodeVersionMin = [20, 19];

/** Tools that the chips need and the host does not. */
const chipTools = ["arm-none-eabi-gcc", "qemu-system-arm"];

/**
 * A reason to stop that the user can act on. `exitCode` follows the command line: 2 configuration, 3 a tool is
 * missing, 4 a tool failed.
 */
export class SetupError extends Error {
  /** @param {string} message @param {number} exitCode */
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

/**
 * Prepares what is missing.
 *
 * @param {{ need: "all" | "host" | "packages" | "tools", tolerant?: boolean }} options `all` fails without the chip
 *   tools, `host` only without a C compiler, `packages` looks at no tools, `tools` at nothing else; `tolerant` accepts
 *   type errors in tsfw itself
 * @returns {Promise<{ missing: string[] }>} tools still missing
 */
export async function prepare({ need, tolerant = false }) {
  checkNode();
  const packagesToo = need !== "tools";
  const isReady = !packagesToo || (packagesAreFresh(root) && distIsFresh(root));
  const canInstall = need !== "packages" && missingTools().length > 0 && rootPrefix() !== undefined;
  if (!isReady || canInstall) {
    await alone(async () => {
      if (packagesToo) await preparePackages(tolerant);
      if (need !== "packages") await prepareTools();
    });
  }
  return need === "packages" ? { missing: [] } : { missing: requireTools(need) };
}

/** Two commands on a fresh clone must not do the same work at the same time. */
async function alone(work) {
  try {
    await withLock(stateFolder, () => say("another set-up is at work here; waiting for it"), work);
  } catch (error) {
    throw error instanceof LockError ? new SetupError(error.message, 2) : error;
  }
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > nodeVersionMin[0] || (major === nodeVersionMin[0] && minor >= nodeVersionMin[1])) return;
  throw new SetupError(
    `Node ${nodeVersionMin.join(".")} or later is needed; this is ${process.versions.node}.`,
    2,
  );
}

async function preparePackages(tolerant) {
  if (!packagesAreFresh(root)) {
    await step("installing npm packages", 4, () => installPackages(root, logFile));
  }
  if (!distIsFresh(root)) {
    const problems = await step("compiling tsfw", 4, () => buildDist(root, { logFile, tolerant }));
    if (problems !== "") say(`tsc reports errors in tsfw itself; going on with what it wrote:\n${problems}`);
  }
}

/** Installs missing tools where that is allowed; what could not be installed is reported by requireTools(). */
async function prepareTools() {
  const missing = missingTools();
  if (missing.length === 0) return;
  const prefix = rootPrefix();
  if (prefix === undefined) return;
  try {
    await step(`installing ${missing.join(", ")} (apt)`, 4, () => installWithApt(prefix, missing, logFile));
  } catch (error) {
    if (missing.every((name) => name === "gdb"))
      return say(`${error.message}\ngdb is optional; going on without it`);
    say(error.message);
  }
}

/** probe-rs is not looked for: nothing but `tsfw flash` needs it. */
function missingTools() {
  return findTools()
    .filter((tool) => tool.problem !== undefined && tool.name !== "probe-rs")
    .map((tool) => tool.name);
}

function requireTools(need) {
  const missing = missingTools();
  const fatal = missing.filter((name) => name === "cc" || (need !== "host" && chipTools.includes(name)));
  if (fatal.length > 0) throw new SetupError(describeMissing(fatal), 3);
  return missing.filter((name) => name !== "gdb");
}

/** What is missing and how to install it. @param {readonly string[]} names @returns {string} */
export function describeMissing(names) {
  const problems = new Map(findTools().map((tool) => [tool.name, tool.problem]));
  const lines = names.map((name) => `  ${name}: ${problems.get(name)} (${toolPurpose[name]})`);
  return `Missing tools:\n${lines.join("\n")}\nInstall with:\n${installAdvice(names)}${adviceForOldQemu(names)}`;
}

/** Where the release's QEMU is too old, a plain apt-get does not help: the set-up knows the way as root. */
function adviceForOldQemu(names) {
  if (!names.includes("qemu-system-arm") || systemPackageManager() !== "apt") return "";
  const byHand = `sudo "${process.execPath}" "${join(root, "scripts", "setup.mjs")}" --tools`;
  return `\nWhere that gives a QEMU older than ${qemuVersionMin}, this takes it from the backports, if there are any:\n  ${byHand}`;
}

async function step(title, exitCode, work) {
  const start = Date.now();
  say(`${title} …`);
  try {
    const result = await work();
    say(`${title}: done in ${((Date.now() - start) / 1000).toFixed(1)} s`);
    return result;
  } catch (error) {
    throw new SetupError(error.message, exitCode);
  }
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

async function main() {
  const need = process.argv.includes("--host") ? "host" : process.argv.includes("--tools") ? "tools" : "all";
  try {
    await prepare({ need, tolerant: process.argv.includes("--tolerant") });
    say("everything is in place");
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    process.exitCode = error.exitCode;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
