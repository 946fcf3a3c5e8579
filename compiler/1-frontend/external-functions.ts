/**
 * C beside TypeScript: functions that `crc.d.c.ts` declares and `crc.c` defines.
 * Their types must have one C type each, as the C compiler checks the file
 * against prototypes made from them.
 */
import type { ts } from "ts-morph";
import type { HirType } from "../ir/hir.ts";
import type { FunctionId } from "../ir/ids.ts";
import { type Builder, kindOf } from "./builder.ts";
import { openScope } from "./functions.ts";
import { convertType } from "./types.ts";

const DECLARATIONS = ".d.c.ts";

/** Whether the declaration stands for a function of a C file. */
export function isExternal(declaration: ts.Node): boolean {
  return declaration.getSourceFile().fileName.endsWith(DECLARATIONS);
}

/** Names that belong to the runtime, the drivers, generated code and the C compiler. */
const reservedNames = /^(tsfw_|hal_|app_|TSFW_|_|main$)/;

export function externalFunctionOf(b: Builder, node: ts.FunctionDeclaration): FunctionId {
  const known = b.functionsByNode.get(node);
  if (known !== undefined) return known;
  return b.declare(node, () => declareExternal(b, node));
}

function declareExternal(b: Builder, node: ts.FunctionDeclaration): FunctionId {
  const symbol = node.name?.text ?? "";
  if (reservedNames.test(symbol))
    b.unsupported(node, `The name '${symbol}' for a C function is`, "Choose one without this prefix.");
  if (node.typeParameters !== undefined)
    b.unsupported(node, "A generic C function is", "Declare one for each type.");
  const signature = b.checker.getSignatureFromDeclaration(node);
  const result = signature === undefined ? null : b.checker.getReturnTypeOfSignature(signature);
  const fn = b.addFunction({
    name: symbol,
    role: "function",
    isAsync: false,
    parameters: [],
    result: result === null ? { kind: "void" } : resultOf(b, convertType(b, result, node.type ?? node), node),
    parent: null,
    span: b.span(node.name ?? node),
  });
  b.functionsByNode.set(node, fn.id);
  openScope(b, fn.id, null, null);
  const types = node.parameters.map((parameter) => parameterType(b, parameter));
  fn.parameters = node.parameters.map((parameter, index) =>
    b.addLocal({ function: fn.id }, parameter.name.getText(), types[index] ?? { kind: "void" }, parameter, {
      parameter: true,
    }),
  );
  fn.external = {
    symbol,
    file: node.getSourceFile().fileName.replace(/\.d\.c\.ts$/, ".c"),
    isReadonly: node.parameters.map((parameter) => isReadonlyArray(b, parameter)),
  };
  return fn.id;
}

function parameterType(b: Builder, parameter: ts.ParameterDeclaration): HirType {
  if (parameter.questionToken !== undefined || parameter.dotDotDotToken !== undefined)
    b.unsupported(parameter, "An optional or rest parameter of a C function is", "Declare each parameter.");
  const type = convertType(b, b.checker.getTypeAtLocation(parameter), parameter);
  const element = type.kind === "array" ? b.elementType(type.array) : null;
  const isPlainArray =
    element?.kind === "boolean" ||
    ((element?.kind === "number" || element?.kind === "bigint") && element.sized !== null);
  if (isScalar(type) || type.kind === "string" || isPlainArray) return type;
  return b.unsupported(
    parameter,
    `A parameter of a C function that is ${kindOf(type)} of this type is`,
    "Pass sized numbers, booleans, strings, or arrays of sized numbers.",
  );
}

function resultOf(b: Builder, type: HirType, at: ts.Node): HirType {
  if (type.kind === "void" || isScalar(type)) return type;
  return b.unsupported(
    at,
    `A C function that returns ${kindOf(type)} is`,
    "Return a sized number or a boolean, and let it fill an array that is passed.",
  );
}

function isScalar(type: HirType): boolean {
  return type.kind === "number" || type.kind === "bigint" || type.kind === "boolean";
}

function isReadonlyArray(b: Builder, parameter: ts.ParameterDeclaration): boolean {
  const name = b.checker.getTypeAtLocation(parameter).getSymbol()?.getName();
  return name === "ReadonlyArray";
}
