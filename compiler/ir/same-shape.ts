/** Types whose values have one representation. */
import type { HirProgram, HirType } from "./hir.ts";
import type { ClassId } from "./ids.ts";

export function isOneFamily(program: HirProgram, left: ClassId | undefined, right: ClassId): boolean {
  const family = left === undefined ? undefined : program.classes[left]?.family;
  return family !== undefined && family === program.classes[right]?.family;
}

export function isSameShape(program: HirProgram, left: HirType, right: HirType): boolean {
  if (left.kind === "object" && right.kind === "object") {
    return left.class === right.class || isOneFamily(program, left.class, right.class);
  }
  if (left.kind === "array" && right.kind === "array") {
    return program.arrayOf(left.array) === program.arrayOf(right.array);
  }
  if (left.kind === "closure" && right.kind === "closure") {
    return program.signatureOf(left.signature) === program.signatureOf(right.signature);
  }
  if (left.kind === "handle" && right.kind === "handle") return left.driver === right.driver;
  if (left.kind === "union" && right.kind === "union") {
    return (
      left.arms.length === right.arms.length &&
      left.arms.every((arm, index) => isSameShape(program, arm, right.arms[index] ?? arm))
    );
  }
  return left.kind === right.kind;
}
