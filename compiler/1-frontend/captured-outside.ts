/** Code that would need variables of a function that has ended, or has not begun: refused. */

import { ts } from "ts-morph";
import type { Builder } from "./builder.ts";

/** Every function that needs a variable of another stands inside that one. */
export function refuseCapturesOutside(b: Builder): void {
  for (const fn of b.functions) {
    const node = b.declarations.get(fn.id);
    if (node === undefined) continue;
    for (const local of fn.captures) {
      const { owner, name } = b.local(local);
      const around = b.declarations.get(owner);
      if (around === undefined || isInside(node, around)) continue;
      b.reporter.report("TSFW2001", fn.span, {
        construct: `'${fn.name}', which needs '${name}' of '${b.function(owner).name}' from outside, is`,
        hint: "Pass the value to the constructor and keep it in a field.",
      });
      break;
    }
  }
  const [main] = b.functions;
  const outside = main?.captures[0];
  if (main === undefined || outside === undefined) return;
  const { owner, name, span } = b.local(outside);
  b.reporter.report("TSFW2001", span, {
    construct: `A method or function that uses '${name}' of '${b.function(owner).name}' after it has ended is`,
    hint: "Pass the value to the constructor and keep it in a field.",
  });
}

/** Field initialisers run in the constructor, so the whole class is inside it. */
function isInside(node: ts.Node, code: ts.Node): boolean {
  const outer = ts.isConstructorDeclaration(code) ? code.parent : code;
  for (let at: ts.Node | undefined = node; at !== undefined; at = at.parent) if (at === outer) return true;
  return false;
}
