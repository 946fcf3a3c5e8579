/** The shape of tsfw.config.ts, checked; loaded only when a configuration has to be read anew. */
import { z } from "zod";
import { nearestNames } from "../../hal-c/generate/find-chip.ts";
import type { Config } from "./define-config.ts";

const bytes = z.int().positive();

const clocksSchema = z.strictObject({ sysclkHz: z.int().positive().optional() });

const budgetsSchema = z.strictObject({
  flashBytes: bytes.optional(),
  ramBytes: bytes.optional(),
  stackBytes: bytes.optional(),
});

const configSchema = z.strictObject({
  entry: z.string().min(1).optional(),
  chip: z.string().min(1).optional(),
  board: z.string().min(1).optional(),
  log: z.enum(["text", "off"]).optional(),
  checks: z.enum(["all", "none"]).optional(),
  doubles: z.enum(["allow", "error"]).optional(),
  optimise: z.enum(["size", "speed", "debug"]).optional(),
  clocks: clocksSchema.optional(),
  budgets: budgetsSchema.optional(),
});

/** Every group of settings by its name; the outermost has none. */
const groups = new Map<string, readonly string[]>([
  ["", Object.keys(configSchema.shape)],
  ["clocks", Object.keys(clocksSchema.shape)],
  ["budgets", Object.keys(budgetsSchema.shape)],
]);

/** Every setting as one writes about it: `board`, `budgets.flashBytes`. */
export const settingNames: readonly string[] = [...groups].flatMap(([group, keys]) =>
  keys.filter((key) => !groups.has(key)).map((key) => pathOf(group, key)),
);

export type ConfigCheck =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Checks the value a configuration file exports; all problems at once, in words. */
export function checkConfig(value: unknown): ConfigCheck {
  const result = configSchema.safeParse(value);
  if (result.success) return { ok: true, config: result.data as Config };
  return { ok: false, problems: result.error.issues.flatMap(describeIssue) };
}

function describeIssue(issue: z.core.$ZodIssue): string[] {
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => describeUnknownKey(path, key));
  }
  if (issue.code === "invalid_value") {
    return [`\`${path}\` must be ${issue.values.map((allowed) => JSON.stringify(allowed)).join(" or ")}`];
  }
  if (issue.code === "invalid_type" && path === "") return ["the file must export one object"];
  if (issue.code === "invalid_type") return [`\`${path}\` must be ${describeType(issue.expected)}`];
  return [`\`${path}\`: ${issue.message}`];
}

function describeUnknownKey(group: string, key: string): string {
  const nearest = nearestNames(groups.get(group) ?? [], key)[0];
  const advice = nearest === undefined ? "" : `; did you mean \`${pathOf(group, nearest)}\`?`;
  return `\`${pathOf(group, key)}\` is not a setting${advice}`;
}

function pathOf(group: string, key: string): string {
  return group === "" ? key : `${group}.${key}`;
}

function describeType(expected: string): string {
  return expected === "int" || expected === "number" ? "a whole number" : `of type ${expected}`;
}
