/** The set-up scripts: locks, staleness, apt sources and the advice where nothing may be installed. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parseDeb822Sources, parseOneLineSources } from "../scripts/setup/apt.mjs";
import { distIsFresh } from "../scripts/setup/build.mjs";
import { withLock } from "../scripts/setup/lock.mjs";
import { packagesAreFresh } from "../scripts/setup/packages.mjs";
import { commandsFor, findTools, installAdvice } from "../scripts/setup/tools.mjs";
import { projectPath } from "./support/project.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-setup-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("lock", () => {
  const lock = () => join(folder, "lock");

  it("lets one process at a time work", async () => {
    const script = `
      import { appendFileSync } from "node:fs";
      import { withLock } from ${JSON.stringify(projectPath("scripts/setup/lock.mjs"))};
      await withLock(${JSON.stringify(folder)}, () => {}, async () => {
        appendFileSync(${JSON.stringify(join(folder, "events"))}, "in\\n");
        await new Promise((resolve) => setTimeout(resolve, 100));
        appendFileSync(${JSON.stringify(join(folder, "events"))}, "out\\n");
      });`;
    const codes = await Promise.all([1, 2, 3].map(() => runScript(script)));
    expect(codes).toEqual([0, 0, 0]);
    expect(readFileSync(join(folder, "events"), "utf8")).toBe("in\nout\n".repeat(3));
  });

  it("is taken over from a process that died", async () => {
    const dead = await startAndEnd();
    writeFileSync(lock(), JSON.stringify({ pid: dead, host: hostname() }));
    await expect(
      withLock(
        folder,
        () => {},
        async () => "done",
      ),
    ).resolves.toBe("done");
  });

  it("is taken over when its heartbeat stopped, as on another machine", async () => {
    writeFileSync(lock(), JSON.stringify({ pid: 1, host: "elsewhere" }));
    const longAgo = new Date(Date.now() - 60_000);
    utimesSync(lock(), longAgo, longAgo);
    await expect(
      withLock(
        folder,
        () => {},
        async () => "done",
      ),
    ).resolves.toBe("done");
  });

  it("says once that it waits, and is released after a failure", async () => {
    const said: string[] = [];
    const slow = withLock(
      folder,
      () => said.push("first"),
      async () => {
        await new Promise((resolve) => setTimeout(resolve, 300));
        throw new Error("failed");
      },
    );
    const next = withLock(
      folder,
      () => said.push("second"),
      async () => "done",
    );
    await expect(slow).rejects.toThrow("failed");
    await expect(next).resolves.toBe("done");
    expect(said).toEqual(["second"]);
  });
});

describe("npm packages", () => {
  const lockFile = (version: string) =>
    JSON.stringify({
      packages: {
        "": {},
        "node_modules/a": { version },
        "node_modules/b": { version: "2.0.0", optional: true },
      },
    });

  function install(version: string): void {
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    writeFileSync(
      join(folder, "node_modules", ".package-lock.json"),
      JSON.stringify({ packages: { "node_modules/a": { version } } }),
    );
  }

  it("are stale when there are none", () => {
    writeFileSync(join(folder, "package-lock.json"), lockFile("1.0.0"));
    expect(packagesAreFresh(folder)).toBe(false);
  });

  it("are fresh after npm itself installed what the lock file says, optional ones aside", () => {
    writeFileSync(join(folder, "package-lock.json"), lockFile("1.0.0"));
    install("1.0.0");
    expect(packagesAreFresh(folder)).toBe(true);
  });

  it("are stale when the lock file changed", () => {
    writeFileSync(join(folder, "package-lock.json"), lockFile("1.0.0"));
    install("1.0.0");
    packagesAreFresh(folder);
    writeFileSync(join(folder, "package-lock.json"), lockFile("1.1.0"));
    expect(packagesAreFresh(folder)).toBe(false);
    rmSync(join(folder, "node_modules", ".tsfw-lock-hash"));
    expect(packagesAreFresh(folder)).toBe(false);
  });
});

describe("dist", () => {
  it("is stale without a stamp and when a stamp was cut off", () => {
    mkdirSync(join(folder, "dist", "cli"), { recursive: true });
    writeFileSync(join(folder, "dist", "cli", "main.js"), "");
    expect(distIsFresh(folder)).toBe(false);
    writeFileSync(join(folder, "dist", "build-stamp.json"), '{"stat":');
    expect(distIsFresh(folder)).toBe(false);
  });
});

describe("apt sources", () => {
  it("are read from stanzas", () => {
    const text = [
      "# a comment",
      "Types: deb deb-src",
      "URIs: http://mirror.example/debian",
      "Suites: bookworm bookworm-updates",
      "# in between",
      "Components: main contrib",
      "Signed-By: /usr/share/keyrings/example.gpg",
      "",
      "Types: deb",
      "URIs: http://mirror.example/off",
      "Suites: bookworm",
      "Enabled: no",
      "Components: main",
    ].join("\n");
    expect(parseDeb822Sources(text)).toEqual([
      {
        uri: "http://mirror.example/debian",
        suites: ["bookworm", "bookworm-updates"],
        components: ["main", "contrib"],
        signedBy: "/usr/share/keyrings/example.gpg",
      },
    ]);
  });

  it("are read from lines", () => {
    const text = [
      "# deb http://mirror.example/off trixie main",
      "deb [arch=amd64 signed-by=/k.gpg] http://mirror.example/debian trixie main # note",
      "deb-src http://mirror.example/debian trixie main",
    ].join("\n");
    expect(parseOneLineSources(text)).toEqual([
      { uri: "http://mirror.example/debian", suites: ["trixie"], components: ["main"], signedBy: "/k.gpg" },
    ]);
  });
});

describe("tools", () => {
  it("have an install command on every system", () => {
    for (const manager of ["apt", "brew", "dnf", "pacman", "winget"] as const) {
      for (const tool of ["cc", "arm-none-eabi-gcc", "qemu-system-arm", "gdb", "probe-rs"] as const) {
        expect(commandsFor([tool], manager), `${tool} with ${manager}`).not.toEqual([]);
      }
    }
    expect(commandsFor(["cc", "arm-none-eabi-gcc"], "dnf")).toEqual([
      "sudo dnf install -y gcc glibc-devel arm-none-eabi-gcc-cs arm-none-eabi-newlib",
    ]);
  });

  it("that are missing are told with a command", () => {
    expect(installAdvice(["qemu-system-arm"])).toMatch(/qemu/);
  });

  it("that these tests need are here", () => {
    const problems = findTools().filter(
      (tool) => !["gdb", "probe-rs"].includes(tool.name) && tool.problem !== undefined,
    );
    expect(problems).toEqual([]);
  });
});

function runScript(script: string): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], { stdio: "ignore" });
    child.on("close", resolve);
  });
}

function startAndEnd(): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
    child.on("close", () => resolve(child.pid ?? 0));
  });
}
