/** The shape of tsfw.config.ts, checked; loaded only when a configuration has to be read anew. */
import { z } from "zod";
import { nearestNames } from "../../hal-c/generate/find-chip.ts";
import type { Config } from "./define-config.ts";

const bytes = z.int().positive();

const configSchema = z.strictObject({
  entry: z.string().min(1).optional(),
  chip: z.string().min(1).optional(),
  board: z.string().min(1).optional(),
  log: z.enum(["text", "off"]).optional(),
  checks: z.enum(["all", "none"]).optional(),
  doubles: z.enum(["allow", "error"]).optional(),
  optimise: z.enum(["size", "speed", "debug"]).optional(),
  clocks: z.strictObject({ sysclkHz: z.int().positive().optional() }).optional(),
  budgets: z
    .strictObject({ flashBytes: bytes.optional(), ramBytes: bytes.optional(), stackBytes: bytes.optional() })
    .optional(),
});

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
    return issue.keys.map((key) => describeUnknownKey(path === "" ? key : `${path}.${key}`, key, issue.path));
  }
  if (issue.code === "invalid_value") {
    return [`\`${path}\` must be ${issue.values.map((allowed) => JSON.stringify(allowed)).join(" or ")}`];
  }
  if (issue.code === "invalid_type" && path === "") return ["the file must export one object"];
  if (issue.code === "invalid_type") return [`\`${path}\` must be ${describeType(issue.expected)}`];
  return [`\`${path}\`: ${issue.message}`];
}

function describeUnknownKey(path: string, key: string, parent: readonly PropertyKey[]): string {
  const known = parent.length === 0 ? Object.keys(configSchema.shape) : [];
  const nearest = nearestNames(known, key)[0];
  return `\`${path}\` is not a setting${nearest === undefined ? "" : `; did you mean \`${nearest}\`?`}`;
}

function describeType(expected: string): string {
  return expected === "int" || expected === "number" ? "a whole number" : `of type ${expected}`;
}
