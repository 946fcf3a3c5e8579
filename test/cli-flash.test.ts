/** Flashing, with a small script in the place of probe-rs and a folder in the place of a boot drive. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CliFailure } from "../cli/failure.ts";
import { flashThroughProbe } from "../cli/flash/probe-rs.ts";
import { copyToVolume, findBootVolume } from "../cli/flash/uf2-volume.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tsfw-flash-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a probe-rs on the path that notes its arguments and then does as told. */
function fakeProbeRs(body: string): void {
  const script = join(folder, "probe-rs");
  writeFileSync(script, `#!/bin/sh\necho "$@" >> "${folder}/calls"\n${body}\n`);
  chmodSync(script, 0o755);
  vi.stubEnv("PATH", `${folder}${delimiter}/usr/bin${delimiter}/bin`);
}

const job = { elfPath: "/fw/firmware.elf", probeChip: "STM32F405RGTx", probe: undefined, onStep: () => {} };

async function refusal(): Promise<CliFailure> {
  const error = await flashThroughProbe(job).catch((reason: unknown) => reason);
  if (error instanceof CliFailure) return error;
  throw new Error(`not refused: ${String(error)}`);
}

describe("probe-rs", () => {
  it("programs, verifies and restarts", async () => {
    fakeProbeRs("exit 0");
    await flashThroughProbe({ ...job, probe: "0483:3748" });
    expect(readFileSync(join(folder, "calls"), "utf8").trim().split("\n")).toEqual([
      "download --chip STM32F405RGTx --probe 0483:3748 --verify /fw/firmware.elf",
      "reset --chip STM32F405RGTx --probe 0483:3748",
    ]);
  });

  it("is asked for with its install command when it is missing", async () => {
    vi.stubEnv("PATH", folder);
    const failure = await refusal();
    expect(failure.exitCode).toBe(3);
    expect(failure.message).toMatch(/^probe-rs is not installed/);
    expect(failure.hint).toContain("probe-rs");
  });

  it.each([
    ["Error: No connected probes were found.", "No debug probe was found."],
    ["Error: No probe was found.", "No debug probe was found."],
    ["Error: 2 probes were found: ", "More than one debug probe is connected."],
    [
      "Error: The protocol 'SWD' could not be selected: No ACK received",
      "The probe is there, but the chip does not answer.",
    ],
    ["Error: Permission denied (os error 13)", "The debug probe may not be used by this user."],
    ["Error: verification failed", "The chip does not hold what was written to it."],
    ["Error: something else", "probe-rs failed (exit 1) for STM32F405RGTx."],
  ])("that says %j is explained", async (said, explained) => {
    fakeProbeRs(`echo "${said}" >&2; exit 1`);
    const failure = await refusal();
    expect(failure.exitCode).toBe(4);
    expect(failure.message).toBe(explained);
    expect(readFileSync(join(folder, "calls"), "utf8").trim().split("\n")).toHaveLength(1);
  });
});

describe("boot drive", () => {
  function mount(name: string, board: string): string {
    const volume = join(folder, "media", name);
    mkdirSync(volume, { recursive: true });
    writeFileSync(join(volume, "INFO_UF2.TXT"), `UF2 Bootloader v3.0\r\nModel: x\r\nBoard-ID: ${board}\r\n`);
    return volume;
  }

  it("is found by what it says of itself", () => {
    const folders = [join(folder, "nothing"), join(folder, "media")];
    expect(findBootVolume(folders)).toBeUndefined();
    mount("OTHER", "SAMD21G18A");
    mkdirSync(join(folder, "media", "STICK"));
    expect(findBootVolume(folders)).toBeUndefined();
    const volume = mount("RPI-RP2", "RPI-RP2");
    expect(findBootVolume(folders)).toBe(volume);
  });

  it("takes the image", () => {
    const volume = mount("RPI-RP2", "RPI-RP2");
    writeFileSync(join(folder, "firmware.uf2"), "image");
    copyToVolume(join(folder, "firmware.uf2"), volume);
    expect(existsSync(join(volume, "firmware.uf2"))).toBe(true);
    expect(() => copyToVolume(join(folder, "gone.uf2"), volume)).toThrow(/Copying to .* failed/);
  });

  it("is told from other folders and from none", () => {
    writeFileSync(join(folder, "firmware.uf2"), "image");
    expect(() => copyToVolume(join(folder, "firmware.uf2"), join(folder, "gone"))).toThrow(
      /There is no folder/,
    );
    mkdirSync(join(folder, "media", "STICK"), { recursive: true });
    expect(() => copyToVolume(join(folder, "firmware.uf2"), join(folder, "media", "STICK"))).toThrow(
      /is not the drive of a boot loader/,
    );
    expect(existsSync(join(folder, "media", "STICK", "firmware.uf2"))).toBe(false);
  });
});
