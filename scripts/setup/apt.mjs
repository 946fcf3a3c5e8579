/**
 * Installs Debian packages when this process may. QEMU comes from the release's backports suite where the release's
 * own is too old; the suite's address is derived from the system's own sources.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lastLines, programOutput, runProgram } from "./process.mjs";
import { aptPackages, qemuVersionMin, readOsRelease } from "./tools.mjs";

const sourcesFolder = "/etc/apt/sources.list.d";
const backportsFile = `${sourcesFolder}/tsfw-backports.sources`;

/** How to become root without a question, or undefined. @returns {readonly string[] | undefined} */
export function rootPrefix() {
  if (!existsSync("/usr/bin/apt-get")) return undefined;
  if (process.getuid?.() === 0) return [];
  return programOutput("sudo", ["-n", "true"]) === undefined ? undefined : ["sudo", "-n"];
}

/**
 * Installs the tools' packages and whatever they need.
 *
 * @param {readonly string[]} prefix from rootPrefix()
 * @param {readonly import("./tools.mjs").ToolName[]} names
 * @param {string} logFile
 */
export async function installWithApt(prefix, names, logFile) {
  const apt = (args) => aptGet(prefix, args, logFile);
  await must(apt(["update", "-q"]), "update");
  const suite = names.includes("qemu-system-arm") ? await prepareBackports(prefix, logFile) : undefined;
  const plain = names.filter((name) => suite === undefined || name !== "qemu-system-arm");
  const install = ["install", "-y", "-q", "--no-install-recommends"];
  if (plain.length > 0) await must(apt([...install, ...aptPackages(plain)]), "install");
  if (suite !== undefined) await must(apt([...install, "-t", suite, "qemu-system-arm"]), "install");
}

function aptGet(prefix, args, logFile) {
  const words = [
    ...prefix,
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-o",
    "DPkg::Lock::Timeout=300",
    ...args,
  ];
  return runProgram(words[0], words.slice(1), { logFile });
}

async function must(run, verb) {
  const { code, output } = await run;
  if (code !== 0) throw new Error(`apt-get ${verb} failed (exit ${code}):\n${lastLines(output, 12)}`);
}

/** The backports suite to take QEMU from, enabled when it was not; undefined when the release's own will do. */
async function prepareBackports(prefix, logFile) {
  const release = readOsRelease();
  const codename = release.VERSION_CODENAME;
  if (codename === undefined || qemuCandidate() >= qemuVersionMin) return undefined;
  const suite = `${codename}-backports`;
  const entries = readAptSources();
  if (!entries.some((entry) => entry.suites.includes(suite))) {
    const base = entries.find(
      (entry) => entry.suites.includes(codename) && entry.components.includes("main"),
    );
    if (base === undefined || !(await enableSuite(prefix, base, suite, logFile))) return undefined;
  }
  return qemuCandidate(suite) > qemuCandidate() ? suite : undefined;
}

/** The QEMU version apt would install, as a number such as 7.2; 0 when there is none. */
function qemuCandidate(suite) {
  const target = suite === undefined ? [] : ["-t", suite];
  const policy = programOutput("apt-cache", [...target, "policy", "qemu-system-arm"]) ?? "";
  const version = /Candidate: (?:\d+:)?(\d+\.\d+)/.exec(policy)?.[1];
  return version === undefined ? 0 : Number.parseFloat(version);
}

/** Adds one sources file and fetches that suite alone; takes the file away again when the suite does not exist. */
async function enableSuite(prefix, base, suite, logFile) {
  const lines = ["Types: deb", `URIs: ${base.uri}`, `Suites: ${suite}`, "Components: main"];
  if (base.signedBy !== undefined) lines.push(`Signed-By: ${base.signedBy}`);
  const folder = mkdtempSync(join(tmpdir(), "tsfw-"));
  try {
    const draft = join(folder, "backports.sources");
    writeFileSync(draft, `${lines.join("\n")}\n`);
    const install = [...prefix, "install", "-m", "644", draft, backportsFile];
    if ((await runProgram(install[0], install.slice(1), { logFile })).code !== 0) return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const only = ["-o", `Dir::Etc::sourcelist=${backportsFile}`, "-o", "Dir::Etc::sourceparts=-"];
  const { code } = await aptGet(prefix, ["update", "-q", ...only, "-o", "APT::Get::List-Cleanup=0"], logFile);
  if (code === 0) return true;
  const remove = [...prefix, "rm", "-f", backportsFile];
  await runProgram(remove[0], remove.slice(1), { logFile });
  return false;
}

/**
 * All enabled binary sources, from both of apt's formats.
 *
 * @returns {{ uri: string, suites: string[], components: string[], signedBy: string | undefined }[]}
 */
function readAptSources() {
  const files = existsSync(sourcesFolder)
    ? readdirSync(sourcesFolder).map((name) => join(sourcesFolder, name))
    : [];
  const lists = ["/etc/apt/sources.list", ...files].filter(
    (file) => file.endsWith(".list") && existsSync(file),
  );
  const stanzas = files.filter((file) => file.endsWith(".sources"));
  return [
    ...lists.flatMap((file) => parseOneLineSources(readFileSync(file, "utf8"))),
    ...stanzas.flatMap((file) => parseDeb822Sources(readFileSync(file, "utf8"))),
  ];
}

/** @param {string} text lines such as `deb [signed-by=…] URI suite component…` */
export function parseOneLineSources(text) {
  return text.split("\n").flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (match === null) return [];
    const signedBy = /signed-by=(\S+)/.exec(match[1] ?? "")?.[1];
    return [{ uri: match[2], suites: [match[3]], components: splitWords(match[4]), signedBy }];
  });
}

/** @param {string} text stanzas of `Field: value`, separated by empty lines */
export function parseDeb822Sources(text) {
  const withoutComments = text.replace(/^#.*\n?/gm, "");
  return withoutComments.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, "im").exec(stanza)?.[1]?.trim();
    const uri = splitWords(field("URIs") ?? "")[0];
    const enabled = !/^(no|false|0)$/i.test(field("Enabled") ?? "yes");
    if (uri === undefined || !enabled || !splitWords(field("Types") ?? "").includes("deb")) return [];
    const signedBy = field("Signed-By");
    return [
      {
        uri,
        suites: splitWords(field("Suites") ?? ""),
        components: splitWords(field("Components") ?? ""),
        signedBy: signedBy === "" ? undefined : signedBy,
      },
    ];
  });
}

function splitWords(text) {
  return text.split(/\s+/).filter((word) => word !== "");
}
