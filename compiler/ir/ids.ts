/** Branded ids of the IRs: numbers that cannot be mixed up. The `as` casts of ids live here and nowhere else. */
export type FunctionId = number & { readonly __id: "function" };
export type LocalId = number & { readonly __id: "local" };
export type StaticId = number & { readonly __id: "static" };
export type ClassId = number & { readonly __id: "class" };
export type FieldId = number & { readonly __id: "field" };
export type NodeId = number & { readonly __id: "node" };
export type SiteId = number & { readonly __id: "site" };
export type ArrayId = number & { readonly __id: "array" };
export type SignatureId = number & { readonly __id: "signature" };
export type JumpId = number & { readonly __id: "jump" };
export type BlockId = number & { readonly __id: "block" };

export const functionId = (value: number): FunctionId => value as FunctionId;
export const localId = (value: number): LocalId => value as LocalId;
export const staticId = (value: number): StaticId => value as StaticId;
export const classId = (value: number): ClassId => value as ClassId;
export const fieldId = (value: number): FieldId => value as FieldId;
export const nodeId = (value: number): NodeId => value as NodeId;
export const siteId = (value: number): SiteId => value as SiteId;
export const arrayId = (value: number): ArrayId => value as ArrayId;
export const signatureId = (value: number): SignatureId => value as SignatureId;
export const jumpId = (value: number): JumpId => value as JumpId;
export const blockId = (value: number): BlockId => value as BlockId;
