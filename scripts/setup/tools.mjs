/**
 * The programs tsfw calls: how each is found, which version it needs, and the command that installs it on each
 * system. Shared by the set-up and by `tsfw doctor`; installs nothing itself.
 */
import { existsSync, readFileSync } from "node:fs";
import { programOutput } from "./process.mjs";

/**
 * @typedef {"apt" | "brew" | "dnf" | "pacman" | "winget"} PackageManager
 * @typedef {"cc" | "arm-none-eabi-gcc" | "qemu-system-arm" | "gdb" | "probe-rs"} ToolName
 * @typedef {{ name: ToolName, program: string | undefined, version: string | undefined, problem: string | undefined }} FoundTool
 */

/** What each tool is for, and what its absence costs. @type {Record<ToolName, string>} */
export const toolPurpose = {
  cc: "compiles firmware for the host",
  "arm-none-eabi-gcc": "compiles firmware for ARM chips",
  "qemu-system-arm": "runs STM32 firmware without hardware",
  gdb: "debugs firmware (optional)",
  "probe-rs": "flashes firmware through a debug probe (optional)",
};

/** Oldest QEMU whose STM32F405 has the reset and clock controller. */
export const qemuVersionMin = 9.2;

/** Packages per manager. A command that is no plain package stands in `installCommands`. */
const packages = {
  apt: {
    cc: ["gcc", "libc6-dev"],
    "arm-none-eabi-gcc": ["gcc-arm-none-eabi", "libnewlib-arm-none-eabi"],
    "qemu-system-arm": ["qemu-system-arm"],
    gdb: ["gdb-multiarch"],
  },
  dnf: {
    cc: ["gcc", "glibc-devel"],
    "arm-none-eabi-gcc": ["arm-none-eabi-gcc-cs", "arm-none-eabi-newlib"],
    "qemu-system-arm": ["qemu-system-arm-core"],
    gdb: ["gdb"],
  },
  pacman: {
    cc: ["gcc"],
    "arm-none-eabi-gcc": ["arm-none-eabi-gcc", "arm-none-eabi-newlib"],
    "qemu-system-arm": ["qemu-system-arm"],
    gdb: ["arm-none-eabi-gdb"],
    "probe-rs": ["probe-rs"],
  },
};

const probeRsScript =
  "curl --proto '=https' --tlsv1.2 -LsSf https://github.com/probe-rs/probe-rs/releases/latest/download/probe-rs-tools-installer.sh | sh";

/** @type {Record<PackageManager, Partial<Record<ToolName, string>>>} */
const installCommands = {
  apt: { "probe-rs": probeRsScript },
  dnf: { "probe-rs": probeRsScript },
  pacman: {},
  brew: {
    cc: "xcode-select --install",
    "arm-none-eabi-gcc": "brew install --cask gcc-arm-embedded",
    "qemu-system-arm": "brew install qemu",
    gdb: "brew install arm-none-eabi-gdb",
    "probe-rs": "brew install probe-rs/probe-rs/probe-rs",
  },
  winget: {
    cc: "winget install --id BrechtSanders.WinLibs.POSIX.UCRT",
    "arm-none-eabi-gcc": "winget install --id Arm.GnuArmEmbeddedToolchain",
    "qemu-system-arm": "winget install --id SoftwareFreedomConservancy.QEMU",
    gdb: "winget install --id Arm.GnuArmEmbeddedToolchain",
    "probe-rs":
      'powershell -c "irm https://github.com/probe-rs/probe-rs/releases/latest/download/probe-rs-tools-installer.ps1 | iex"',
  },
};

const managerNames = {
  apt: "Debian, Ubuntu",
  dnf: "Fedora",
  pacman: "Arch",
  brew: "macOS (Homebrew)",
  winget: "Windows (winget)",
};

/** Looks for every tool. @returns {FoundTool[]} */
export function findTools() {
  return [findHostCompiler(), findArmCompiler(), findQemu(), findGdb(), findProbeRs()];
}

/** @returns {FoundTool} */
export function findHostCompiler() {
  return firstProgram("cc", ["cc", "gcc", "clang"]);
}

/** The ARM compiler together with its C library: gcc without newlib cannot link. @returns {FoundTool} */
export function findArmCompiler() {
  const name = "arm-none-eabi-gcc";
  const found = firstProgram(name, [name]);
  if (found.program === undefined) return found;
  const library = programOutput(name, ["-mcpu=cortex-m0", "-mthumb", "-print-file-name=libc.a"])?.trim();
  if (library !== undefined && library !== "libc.a" && existsSync(library)) return found;
  return { ...found, problem: "its C library newlib is missing" };
}

/** @returns {FoundTool} */
export function findQemu() {
  const found = firstProgram("qemu-system-arm", ["qemu-system-arm"]);
  if (found.version === undefined || Number.parseFloat(found.version) >= qemuVersionMin) return found;
  return { ...found, problem: `version ${found.version} is too old, ${qemuVersionMin} or later is needed` };
}

/** @returns {FoundTool} */
export function findGdb() {
  return firstProgram("gdb", ["arm-none-eabi-gdb", "gdb-multiarch"]);
}

/** @returns {FoundTool} */
export function findProbeRs() {
  return firstProgram("probe-rs", ["probe-rs"]);
}

function firstProgram(name, candidates) {
  for (const program of candidates) {
    const output = programOutput(program);
    if (output === undefined) continue;
    return { name, program, version: /\d+\.\d+(\.\d+)?/.exec(output)?.[0], problem: undefined };
  }
  return { name, program: undefined, version: undefined, problem: "not found" };
}

/** The package manager of this system, or undefined when none is known. @returns {PackageManager | undefined} */
export function systemPackageManager() {
  if (process.platform === "darwin") return "brew";
  if (process.platform === "win32") return "winget";
  const release = readOsRelease();
  const ids = `${release.ID ?? ""} ${release.ID_LIKE ?? ""}`;
  if (/\b(debian|ubuntu)\b/.test(ids)) return "apt";
  if (/\b(fedora|rhel|centos)\b/.test(ids)) return "dnf";
  if (/\barch\b/.test(ids)) return "pacman";
  return undefined;
}

/** /etc/os-release as a record; empty where there is none. @returns {Record<string, string>} */
export function readOsRelease() {
  if (!existsSync("/etc/os-release")) return {};
  const pairs = readFileSync("/etc/os-release", "utf8")
    .split("\n")
    .map((line) => /^([A-Z_]+)="?(.*?)"?$/.exec(line))
    .filter((match) => match !== null)
    .map((match) => [match[1], match[2]]);
  return Object.fromEntries(pairs);
}

/** Debian packages of the given tools. @param {readonly ToolName[]} names @returns {string[]} */
export function aptPackages(names) {
  return names.flatMap((name) => packages.apt[name] ?? []);
}

/**
 * The commands that install the named tools with one package manager.
 *
 * @param {readonly ToolName[]} names
 * @param {PackageManager} manager
 * @returns {string[]}
 */
export function commandsFor(names, manager) {
  const plain = names.flatMap((name) => packages[manager]?.[name] ?? []);
  const special = names
    .map((name) => installCommands[manager][name])
    .filter((command) => command !== undefined);
  return [...(plain.length > 0 ? [packageCommand(manager, plain)] : []), ...new Set(special)];
}

function packageCommand(manager, names) {
  if (manager === "apt") return `sudo apt-get install -y ${names.join(" ")}`;
  if (manager === "dnf") return `sudo dnf install -y ${names.join(" ")}`;
  return `sudo pacman -S --needed ${names.join(" ")}`;
}

/**
 * Indented lines with the commands for this system, or for all systems when it is none we know.
 *
 * @param {readonly ToolName[]} names
 * @returns {string}
 */
export function installAdvice(names) {
  const manager = systemPackageManager();
  if (manager !== undefined)
    return commandsFor(names, manager)
      .map((command) => `  ${command}`)
      .join("\n");
  return Object.entries(managerNames)
    .map(
      ([key, label]) =>
        `  ${label}:\n${commandsFor(names, key)
          .map((command) => `    ${command}`)
          .join("\n")}`,
    )
    .join("\n");
}
