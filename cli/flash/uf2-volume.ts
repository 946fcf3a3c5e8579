/** Copies a UF2 file to a chip that shows itself as a USB drive after a start with its BOOTSEL button held. */
import { copyFileSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, join } from "node:path";
import { CliFailure, exitCodes, usageFailure } from "../failure.ts";

/** The file every UF2 boot loader shows, with a line that names the board. */
const infoFile = "INFO_UF2.TXT";

const bootHint = "Unplug the board, hold BOOTSEL, plug it in again: its drive has the name RPI-RP2.";

/** Where systems mount removable drives. */
export function mountFolders(): string[] {
  if (process.platform === "darwin") return ["/Volumes"];
  if (process.platform === "win32") return [];
  const user = userInfo().username;
  return [`/media/${user}`, `/run/media/${user}`, "/media", "/mnt"];
}

/** Folder of a mounted RP2040 boot drive, or undefined. */
export function findBootVolume(folders: readonly string[] = mountFolders()): string | undefined {
  const drives = "DEFGHIJKLMNOPQRSTUVWXYZ".split("").map((letter) => `${letter}:\\`);
  const candidates = process.platform === "win32" ? drives : folders.flatMap(childFolders);
  return candidates.find(isBootVolume);
}

function childFolders(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    return []; // not mounted, or not ours to read
  }
}

function isBootVolume(folder: string): boolean {
  try {
    return existsSync(join(folder, infoFile)) && /RPI-RP2/.test(readFileSync(join(folder, infoFile), "utf8"));
  } catch {
    return false; // taken out in this moment
  }
}

/** Copies the image; the chip restarts by itself when it is complete. Refuses a folder that is no boot drive. */
export function copyToVolume(uf2Path: string, volume: string): void {
  if (!existsSync(volume)) throw usageFailure(`There is no folder ${volume}.`, bootHint);
  if (!existsSync(join(volume, infoFile))) {
    throw usageFailure(`${volume} is not the drive of a boot loader: it has no ${infoFile}.`, bootHint);
  }
  try {
    copyFileSync(uf2Path, join(volume, basename(uf2Path)));
  } catch (error) {
    throw new CliFailure(`Copying to ${volume} failed: ${(error as Error).message}`, {
      exitCode: exitCodes.toolFailed,
      hint: "Unplug the board, hold BOOTSEL, plug it in again and repeat.",
    });
  }
}
