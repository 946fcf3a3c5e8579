/** TypeScript types to HIR types. */

import { ts } from "ts-morph";
import { type DriverName, drivers } from "../intrinsics/table.ts";
import type { BigintType } from "../ir/bigint-ranges.ts";
import type { HirType, SizedName, TypedArrayName } from "../ir/hir.ts";
import { armsOf, isArmKind, unionOf } from "../ir/union-types.ts";
import { bigintType } from "./bigints.ts";
import { boundOf, withoutBound } from "./bounds.ts";
import { type Builder, types } from "./builder.ts";
import { boundCollection } from "./collections.ts";
import { optionsClass } from "./error-causes.ts";
import { errorsOf, isErrorName } from "./errors.ts";
import { iteratorResult, iteratorType } from "./generators/iterator-types.ts";
import { classOfType } from "./generic-classes.ts";
import { literalClassOfType } from "./literal-classes.ts";
import { isObjectUnion, joinClasses, joinObjectTypes, shapeOf } from "./object-types.ts";
import { libraryType } from "./standard-library.ts";
import { libraryName } from "./symbols.ts";
import { isTemplateStrings } from "./tagged-templates.ts";
import { tupleType } from "./tuples.ts";
import { typeKey, unifyTypes, withoutSize } from "./unify-types.ts";
import { unknownType } from "./unknown-values.ts";

const flag = ts.TypeFlags;

export function convertType(b: Builder, written: ts.Type, at: ts.Node): HirType {
  const type = b.concrete(written);
  const flags = type.flags;
  if (flags & flag.Any) return b.refuse("TSFW2003", at, { name: at.getText().slice(0, 40) });
  if (flags & flag.NumberLike) return types.number;
  if (flags & flag.BigIntLike) return bigintType();
  if (flags & flag.BooleanLike) return types.boolean;
  if (flags & flag.StringLike) return types.string;
  if (flags & (flag.Void | flag.Undefined | flag.Never)) return types.void;
  if (flags & flag.Union) return convertUnion(b, type as ts.UnionType, at);
  if (flags & flag.Intersection) return convertIntersection(b, type, at);
  if (flags & flag.Object) return convertObject(b, type as ts.ObjectType, at);
  if (flags & flag.Null) return types.null;
  if (flags & flag.TypeParameter && "isThisType" in type && type.isThisType === true) {
    const own = b.checker.getBaseConstraintOfType(type);
    if (own !== undefined && own !== type) return convertType(b, own, at);
  }
  if (flags & flag.TypeParameter)
    return b.unsupported(at, "A type parameter without an argument is", "Write the type argument.");
  if (flags & flag.ESSymbolLike) return b.reject(at, "A symbol", "Use a string or a number.");
  if (flags & flag.Unknown) return unknownType(b);
  return b.unsupported(
    at,
    `The type '${b.checker.typeToString(type)}' is`,
    "Use numbers, strings, booleans, classes and arrays.",
  );
}

function convertUnion(b: Builder, type: ts.UnionType, at: ts.Node): HirType {
  const parts = type.types;
  if (parts.every((part) => isNumeric(part))) return types.number;
  if (parts.every((part) => isBigintLike(part))) return bigintType();
  const result = iteratorResult(b, type, at);
  if (result !== null) return result;
  if (isObjectUnion(b, type)) return joinObjectTypes(b, type, at);
  const arms = new Map<HirType["kind"], HirType[]>();
  for (const part of parts) {
    const arm = isNumeric(part) ? types.number : convertType(b, part, at);
    if (!isArmKind(arm.kind))
      b.unsupported(
        at,
        `The union type '${b.checker.typeToString(type)}' is`,
        "Use one type, with a special value or a flag beside it.",
      );
    arms.set(arm.kind, [...(arms.get(arm.kind) ?? []), arm]);
  }
  return unionOf([...arms.values()].map((same) => joinArms(b, same, type, at)));
}

/** One arm for all parts of a kind. */
function joinArms(b: Builder, same: readonly HirType[], type: ts.UnionType, at: ts.Node): HirType {
  const [first, ...others] = same;
  if (first === undefined) return types.void;
  if (first.kind === "object") {
    const ids = same.flatMap((one) => (one.kind === "object" ? [one.class] : []));
    return { kind: "object", class: joinClasses(b, ids) };
  }
  if (first.kind === "string" && others.length === 0) return first;
  if (others.every((other) => unifyTypes(b, first, other))) return withoutSize(first);
  return b.unsupported(
    at,
    `The union type '${b.checker.typeToString(type)}' is`,
    "Use one array or function type in a union.",
  );
}

/** A number, or a number with a size: mixed sizes have no common one and are plain numbers. */
export function isNumeric(type: ts.Type): boolean {
  if (type.flags & flag.NumberLike) return true;
  return type.isIntersection() && type.types.some((part) => (part.flags & flag.NumberLike) !== 0);
}

export function isBigintLike(type: ts.Type): boolean {
  if (type.flags & flag.BigIntLike) return true;
  return type.isIntersection() && type.types.some((part) => (part.flags & flag.BigIntLike) !== 0);
}

function convertIntersection(b: Builder, type: ts.Type, at: ts.Node): HirType {
  const base = b.checker.getBaseConstraintOfType(type) ?? type;
  if (!(type.flags & flag.Intersection)) return convertType(b, base, at);
  const bounded = convertBounded(b, type, at);
  if (bounded !== null) return bounded;
  const parts = (type as ts.IntersectionType).types;
  if (parts.some((part) => part.flags & flag.NumberLike))
    return { kind: "number", sized: sizedName(b, type) };
  if (parts.some((part) => part.flags & flag.BigIntLike)) return bigintType(sizeOfBigint(b, type));
  if (parts.some((part) => part.flags & flag.StringLike)) return types.string;
  if (parts.every((part) => part.flags & (flag.Object | flag.Union)))
    return { kind: "object", class: shapeOf(b, type, at).id };
  return b.unsupported(
    at,
    `The intersection type '${b.checker.typeToString(type)}' is`,
    "Declare one interface or class with all members.",
  );
}

/** `Max<T, N>`; null for any other type. */
function convertBounded(b: Builder, type: ts.Type, at: ts.Node): HirType | null {
  const bound = boundOf(b, type);
  const plain = withoutBound(type);
  if (bound === null || plain === type) return null;
  const converted = convertType(b, plain, at);
  if (converted.kind === "object") boundCollection(b, converted.class, bound);
  return converted.kind === "array" || converted.kind === "string" ? { ...converted, max: bound } : converted;
}

/** The widest name in the brand is the type's own: the brand of `u16` is "u8" | "u16". */
const widest: readonly SizedName[] = ["f64", "f32", "i32", "u32", "i16", "u16", "i8", "u8"];

function sizeOfBigint(b: Builder, type: ts.Type): BigintType | null {
  const brand = type.getProperty("__sized");
  if (brand === undefined) return null;
  const name = b.checker.getNonNullableType(b.checker.getTypeOfSymbol(brand));
  if (!name.isStringLiteral()) return null;
  return name.value === "i64" || name.value === "u64" ? name.value : null;
}

function sizedName(b: Builder, type: ts.Type): SizedName | null {
  const known = b.sizedTypes.get(type);
  if (known !== undefined) return known as SizedName;
  const brand = type.getProperty("__sized");
  if (brand === undefined) return null;
  const brandType = b.checker.getNonNullableType(b.checker.getTypeOfSymbol(brand));
  const members = brandType.isUnion() ? brandType.types : [brandType];
  const names = new Set(members.map((member) => (member.isStringLiteral() ? member.value : "")));
  const name = widest.find((candidate) => names.has(candidate)) ?? null;
  if (name !== null) b.sizedTypes.set(type, name);
  return name;
}

/** Generic types can grow without end; nothing that has a layout is nested this deep. */
const NESTING_MAX = 50;

/** A class or shape that refers to itself is entered once; other types that contain themselves have no layout. */
function convertObject(b: Builder, type: ts.ObjectType, at: ts.Node): HirType {
  if (
    (b.converting.has(type) && !isNamed(b, type) && !isArrayOfOpen(b, type)) ||
    b.converting.size >= NESTING_MAX
  ) {
    return b.unsupported(
      at,
      `The type '${b.checker.typeToString(type)}', which contains itself, is`,
      "Use a class, or arrays with indices.",
    );
  }
  const isOutermost = !b.converting.has(type);
  b.converting.add(type);
  try {
    return convertObjectType(b, type, at);
  } finally {
    if (isOutermost) b.converting.delete(type);
  }
}

/** `children: Node[]` while `Node[]` is being converted: the way to the end leads through the class. */
function isArrayOfOpen(b: Builder, type: ts.ObjectType): boolean {
  if (!b.checker.isArrayType(type)) return false;
  const element = b.checker.getTypeArguments(type as ts.TypeReference)[0];
  const isObject = element !== undefined && (element.flags & flag.Object) !== 0;
  return isObject && !b.checker.isArrayType(element) && b.converting.has(element);
}

/** Classes and shapes exist before their fields are known, so they may name themselves. */
function isNamed(b: Builder, type: ts.ObjectType): boolean {
  if (b.checker.isArrayType(type) || b.checker.isTupleType(type)) return false;
  return type.getCallSignatures().length === 0;
}

function convertObjectType(b: Builder, type: ts.ObjectType, at: ts.Node): HirType {
  const driver = driverOf(b, type);
  if (driver !== null) return { kind: "handle", driver };
  if (b.checker.isTupleType(type)) return convertTuple(b, type as ts.TupleTypeReference, at);
  if (b.checker.isArrayType(type)) {
    const element = b.checker.getTypeArguments(type as ts.TypeReference)[0];
    if (element === undefined || element.flags & flag.Never)
      return b.unsupported(
        at,
        "An empty array whose elements have no type is",
        "Declare its type: `const xs: number[] = []`.",
      );
    return b.addArray(convertType(b, element, at));
  }
  const symbol = type.getSymbol();
  const name = symbol?.getName() ?? "";
  if (isBuffer(b, type)) return b.addArray({ kind: "number", sized: "u8" }, "u8");
  const typed = typedArrayOf(b, type);
  if (typed !== null) return b.addArray({ kind: "number", sized: elementSize(typed) }, typed);
  if (symbol !== undefined && isDefaultLibrary(b, symbol) && isErrorName(name))
    return { kind: "object", class: errorsOf(b).class };
  if (symbol !== undefined && isDefaultLibrary(b, symbol) && name === "ErrorOptions")
    return { kind: "object", class: optionsClass(b) };
  if (isTemplateStrings(type)) return b.addArray(types.string);
  const iterator = iteratorResult(b, type, at) ?? iteratorType(b, type, at);
  if (iterator !== null) return iterator;
  const library = libraryType(b, type);
  if (library !== null) return convertType(b, library, at);
  const calls = type.getCallSignatures();
  const isFunction =
    symbol !== undefined && (symbol.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Function)) !== 0;
  if (isFunction && calls.length > 0) return convertFunction(b, type, calls, at);
  if (symbol !== undefined && isDefaultLibrary(b, symbol) && /^(Async)?Disposable$/.test(name))
    return { kind: "object", class: shapeOf(b, type, at).id };
  if (symbol !== undefined && isLibraryObject(b, type)) return refuseLibraryType(b, name, type, at);
  if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Class) {
    if (isConstructor(type))
      return b.unsupported(at, "A class as a value is", "Name the class where it is used.");
    return { kind: "object", class: classOfType(b, type, symbol, at).id };
  }
  if (calls.length > 0) return convertFunction(b, type, calls, at);
  const literal = literalClassOfType(b, type);
  return { kind: "object", class: (literal ?? shapeOf(b, type, at)).id };
}

/** `typeof C`: the class itself, not an instance. */
function isConstructor(type: ts.ObjectType): boolean {
  return type.getConstructSignatures().length > 0;
}

function convertTuple(b: Builder, type: ts.TupleTypeReference, at: ts.Node): HirType {
  const elements = b.checker.getTypeArguments(type).map((element) => convertType(b, element, at));
  const first = elements[0];
  const fixed = type.target.elementFlags.every((element) => element === ts.ElementFlags.Required);
  if (fixed && first !== undefined && elements.every((element) => typeKey(b, element) === typeKey(b, first)))
    return b.addArray(first);
  const { elementFlags } = type.target;
  const isListed = elementFlags.every(
    (element) => element & (ts.ElementFlags.Required | ts.ElementFlags.Optional),
  );
  if (first === undefined || !isListed)
    return b.unsupported(at, "A tuple of this form is", "Use an array, or an object with named fields.");
  const parts = elements.map((element, index) =>
    (elementFlags[index] ?? 0) & ts.ElementFlags.Optional
      ? unionOf([types.void, ...armsOf(element)])
      : element,
  );
  return tupleType(b, parts, at);
}

function convertFunction(b: Builder, type: ts.Type, calls: readonly ts.Signature[], at: ts.Node): HirType {
  const call = calls[0];
  if (call === undefined || calls.length > 1)
    return b.unsupported(at, "An overloaded function as a value is", "Give the function one signature.");
  if (call.typeParameters !== undefined)
    return b.unsupported(at, "A generic function as a value is", "Write it for one type.");
  if (type.getProperties().length > 0)
    return b.unsupported(at, "A function with properties is", "Keep the properties in variables.");
  const parameters = call
    .getParameters()
    .map((parameter) => convertType(b, b.checker.getTypeOfSymbol(parameter), at));
  const result = call.getReturnType();
  if (promiseResult(b, result) !== null)
    return b.unsupported(at, "An async function as a value is", "Call the async function by its name.");
  return { kind: "closure", signature: b.addSignature(parameters, convertType(b, result, at)) };
}

const typedArrays: Readonly<Record<string, TypedArrayName | undefined>> = {
  Int8Array: "i8",
  Uint8Array: "u8",
  Uint8ClampedArray: "clamped",
  Int16Array: "i16",
  Uint16Array: "u16",
  Int32Array: "i32",
  Uint32Array: "u32",
  Float32Array: "f32",
  Float64Array: "f64",
};

export function typedArrayNamed(name: string): TypedArrayName | null {
  return typedArrays[name] ?? null;
}

/** The kind of a typed array type; null for any other type. */
export function typedArrayOf(b: Builder, type: ts.Type): TypedArrayName | null {
  const symbol = type.getSymbol();
  return symbol !== undefined && isDefaultLibrary(b, symbol) ? typedArrayNamed(symbol.getName()) : null;
}

/** Buffers and views of any bytes: arrays of bytes. */
export function isBuffer(b: Builder, type: ts.Type): boolean {
  const symbol = type.getSymbol();
  return symbol !== undefined && isDefaultLibrary(b, symbol) && bufferNames.has(symbol.getName());
}

const bufferNames: ReadonlySet<string> = new Set(["ArrayBuffer", "SharedArrayBuffer", "DataView"]);

/** How an element is stored. */
export function elementSize(typed: TypedArrayName): SizedName {
  return typed === "clamped" ? "u8" : typed;
}

/** The type that a promise resolves to, or null when the type is no promise. */
export function promiseResult(b: Builder, given: ts.Type): ts.Type | null {
  const type = given.isUnion() ? b.checker.getNonNullableType(given) : given;
  const symbol = type.getSymbol();
  if (symbol === undefined || symbol.getName() !== "Promise" || !isDefaultLibrary(b, symbol)) return null;
  return b.checker.getTypeArguments(type as ts.TypeReference)[0] ?? null;
}

function driverOf(b: Builder, type: ts.Type): DriverName | null {
  const symbol = type.getSymbol();
  if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Class)) return null;
  const name = libraryName(b, symbol);
  return name !== null && name in drivers ? (name as DriverName) : null;
}

export function isDefaultLibrary(b: Builder, symbol: ts.Symbol): boolean {
  const declaration = symbol.declarations?.[0];
  return (
    declaration !== undefined && b.loaded.program.isSourceFileDefaultLibrary(declaration.getSourceFile())
  );
}

/** An object of JavaScript's library; `Partial<T>` and the like are declared there, but have the fields of `T`. */
export function isLibraryObject(b: Builder, type: ts.Type): boolean {
  const symbol = type.getSymbol();
  const isMapped = ((type as Partial<ts.ObjectType>).objectFlags ?? 0) & ts.ObjectFlags.Mapped;
  return symbol !== undefined && !isMapped && isDefaultLibrary(b, symbol);
}

function refuseLibraryType(b: Builder, name: string, type: ts.Type, at: ts.Node): never {
  const shown = b.checker.typeToString(type);
  switch (name) {
    case "Promise":
      return b.unsupported(
        at,
        "A promise kept as a value is",
        "Await it where it is made, or detach it with `void f()` or `spawn(f())`.",
      );
    case "RegExp":
    case "WeakMap":
    case "WeakSet":
    case "WeakRef":
    case "Proxy":
    case "Function":
      return b.reject(at, `The type '${shown}'`, "Write the logic with strings, arrays and classes.");
    default:
      return b.unsupported(
        at,
        `The type '${shown}' is`,
        "Use numbers, strings, booleans, classes and fixed arrays.",
      );
  }
}
