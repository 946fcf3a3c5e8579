/** Output folders: whole or not at all, and refusals in words. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findCachedBuild, recordName } from "../cli/build/cache.ts";
import { hashFile, InputRecorder, inputsAreUnchanged } from "../cli/build/inputs.ts";
import { describeFileError, openStaging, writeFileAtomically } from "../cli/build/output-folder.ts";
import { CliFailure } from "../cli/failure.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-output-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (...names: string[]) => join(folder, ...names);

describe("staging", () => {
  it("shows nothing until it is published, and leaves nothing behind", () => {
    const staging = openStaging(path("out"));
    staging.writeFile("app.c", "new");
    staging.writeFile("build.json", "{}");
    expect(existsSync(path("out"))).toBe(false);
    staging.publish("build.json");
    staging.discard();
    expect(readdirSync(path("out")).sort()).toEqual(["app.c", "build.json"]);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("that is discarded leaves the last good output", () => {
    mkdirSync(path("out"));
    writeFileSync(path("out", "app.c"), "old");
    const staging = openStaging(path("out"));
    staging.writeFile("app.c", "half");
    staging.discard();
    expect(readFileSync(path("out", "app.c"), "utf8")).toBe("old");
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("is refused in words where a file is in the way", () => {
    writeFileSync(path("file"), "");
    const attempt = () => openStaging(path("file", "out"));
    expect(attempt).toThrow(CliFailure);
    expect(attempt).toThrow(/Cannot create .*out: part of that path is no folder/);
  });
});

describe("file errors", () => {
  const failure = (code: string) =>
    describeFileError(Object.assign(new Error(code), { code, syscall: "write" }), "/out/app.c");

  it.each([
    ["ENOSPC", 4, "Cannot write /out/app.c: the disk is full."],
    ["EDQUOT", 4, "Cannot write /out/app.c: the disk is full."],
    ["EACCES", 2, "Cannot write /out/app.c: permission denied."],
    ["EROFS", 2, "Cannot write /out/app.c: the disk is read-only."],
  ])("%s ends with %i and says so", (code, exitCode, message) => {
    expect(failure(code)).toMatchObject({ exitCode, message });
  });

  it("that are no file errors stay what they are", () => {
    const error = new TypeError("a bug");
    expect(describeFileError(error, "x")).toBe(error);
  });
});

describe("single files", () => {
  it("are replaced whole", () => {
    writeFileAtomically(path("deep", "config.json"), "1");
    writeFileAtomically(path("deep", "config.json"), "2");
    expect(readFileSync(path("deep", "config.json"), "utf8")).toBe("2");
    expect(readdirSync(path("deep"))).toEqual(["config.json"]);
  });

  it("that cannot be replaced leave no draft", () => {
    mkdirSync(path("taken", "x"), { recursive: true });
    expect(() => writeFileAtomically(path("taken"), "1")).toThrow(CliFailure);
    expect(readdirSync(folder)).toEqual(["taken"]);
  });
});

describe("inputs", () => {
  it("hold while every file read is the same and every absent one still absent", () => {
    writeFileSync(path("a.ts"), "one");
    const inputs = new InputRecorder();
    expect(inputs.readFile(path("a.ts"))).toBe("one");
    expect(inputs.fileExists(path("b.ts"))).toBe(false);
    expect(inputs.directoryExists(path("node_modules"))).toBe(false);
    const hashes = inputs.collected();
    expect(inputsAreUnchanged(hashes)).toBe(true);
    mkdirSync(path("node_modules"));
    expect(inputsAreUnchanged(hashes), "a folder appeared").toBe(false);
    rmSync(path("node_modules"), { recursive: true });
    writeFileSync(path("b.ts"), "");
    expect(inputsAreUnchanged(hashes), "a file appeared").toBe(false);
    rmSync(path("b.ts"));
    writeFileSync(path("a.ts"), "two");
    expect(inputsAreUnchanged(hashes), "a file changed").toBe(false);
    rmSync(path("a.ts"));
    expect(inputsAreUnchanged(hashes), "a file went").toBe(false);
  });

  it("survive paths that lead through a file", () => {
    writeFileSync(path("a.ts"), "");
    expect(new InputRecorder().fileExists(path("a.ts", "b.ts"))).toBe(false);
  });
});

describe("cache", () => {
  function record(extra: object): void {
    writeFileSync(path("firmware.elf"), "elf");
    const outputs = { "firmware.elf": hashFile(path("firmware.elf")) };
    writeFileSync(
      path(recordName),
      JSON.stringify({ request: "r", inputs: {}, outputs, report: { chip: "x" }, ...extra }),
    );
  }

  it("finds a build of the same request with its files untouched", () => {
    record({});
    expect(findCachedBuild(folder, "r")).toEqual({ chip: "x" });
    expect(findCachedBuild(folder, "other")).toBeUndefined();
    writeFileSync(path("firmware.elf"), "tampered");
    expect(findCachedBuild(folder, "r")).toBeUndefined();
    rmSync(path("firmware.elf"));
    expect(findCachedBuild(folder, "r")).toBeUndefined();
  });

  it("ignores records that are damaged or absent", () => {
    expect(findCachedBuild(folder, "r")).toBeUndefined();
    writeFileSync(path(recordName), '{"request":"r"');
    expect(findCachedBuild(folder, "r")).toBeUndefined();
    writeFileSync(path(recordName), "null");
    expect(findCachedBuild(folder, "r")).toBeUndefined();
    expect(existsSync(path(recordName))).toBe(true);
  });
});
