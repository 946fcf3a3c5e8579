/** Finds the program a command is about: the entry file, the project around it and its configuration file. */
import { existsSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { usageFailure } from "../failure.ts";
import { configName } from "./load-config.ts";

export interface ProgramPlace {
  /** Absolute path of the entry, or undefined until the configuration has named it. */
  readonly entry: string | undefined;
  /** Folder that holds .tsfw/: the nearest one with a configuration or a package.json. */
  readonly projectRoot: string;
  readonly configFile: string | undefined;
  /** The folder the user named, for default entries. */
  readonly folder: string;
}

const defaultEntries = ["main.ts", "src/main.ts"];

/**
 * @param named what the user wrote: a .ts file or a folder
 * @param workFolder what it is relative to
 */
export function findProgramPlace(named: string, workFolder: string): ProgramPlace {
  const path = resolve(workFolder, named);
  if (!existsSync(path)) throw usageFailure(`There is no file or folder ${named}.`, describeUse());
  const isFolder = statSync(path).isDirectory();
  if (!isFolder && !/\.m?ts$/.test(path)) {
    throw usageFailure(`${named} is not a TypeScript file.`, describeUse());
  }
  const folder = isFolder ? path : dirname(path);
  const configFile = isFolder ? fileIn(folder, configName) : nearestConfig(folder);
  return {
    entry: isFolder ? undefined : path,
    folder,
    configFile,
    projectRoot: configFile === undefined ? nearestProject(folder) : dirname(configFile),
  };
}

/** The entry file once the configuration is known. */
export function findEntry(place: ProgramPlace, configuredEntry: string | undefined): string {
  if (place.entry !== undefined) return place.entry;
  if (configuredEntry !== undefined) {
    const entry = resolve(place.folder, configuredEntry);
    if (existsSync(entry)) return entry;
    throw usageFailure(
      `The configuration's entry ${configuredEntry} does not exist.`,
      `In ${place.configFile}`,
    );
  }
  const found = defaultEntries.map((name) => join(place.folder, name)).find((name) => existsSync(name));
  if (found !== undefined) return found;
  throw usageFailure(
    `${place.folder} has no ${defaultEntries.join(" and no ")}.`,
    `Name the program's first file, or set \`entry\` in ${configName}.`,
  );
}

/** Folder of a build: `.tsfw/<chip>/<program>`, where the program is named after its place in the project. */
export function defaultOutFolder(place: ProgramPlace, entry: string, chip: string): string {
  const path = relative(place.projectRoot, entry).replace(/\.m?ts$/, "");
  const name = path.replace(/(^|[\\/])(src[\\/])?main$/, "");
  return join(place.projectRoot, ".tsfw", chip, name === "" ? "main" : name);
}

/** A configuration beside a file, or further up inside the same project, applies to the file as well. */
function nearestConfig(folder: string): string | undefined {
  const here = fileIn(folder, configName);
  if (here !== undefined || existsSync(join(folder, "package.json"))) return here;
  const parent = dirname(folder);
  return parent === folder ? undefined : nearestConfig(parent);
}

function nearestProject(start: string): string {
  let folder = start;
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) return start;
    folder = parent;
  }
  return folder;
}

function fileIn(folder: string, name: string): string | undefined {
  const path = join(folder, name);
  return existsSync(path) ? path : undefined;
}

function describeUse(): string {
  return "A program is a .ts file, or a folder with main.ts or src/main.ts.";
}
