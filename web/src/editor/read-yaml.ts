import type { Diagnostic } from "@codemirror/lint";
import { isNode, LineCounter, parseDocument } from "yaml";
import type { Document } from "yaml";
import type { Issue } from "../api/generated.ts";

/** A text as the value that it stands for, or the faults that keep it from standing for one. */
export type ReadYaml =
  | { readonly ok: true; readonly value: unknown; readonly place: (issue: Issue) => Diagnostic }
  | { readonly ok: false; readonly faults: readonly Diagnostic[] };

/** Reads YAML 1.2, of which JSON is a part, and remembers where everything stood. */
export function readYaml(text: string): ReadYaml {
  const document = parseDocument(text, { lineCounter: new LineCounter(), uniqueKeys: true, prettyErrors: false });
  if (document.errors.length > 0)
    return { ok: false, faults: document.errors.map(({ pos, message }) => ({ from: pos[0], to: pos[1], severity: "error", message })) };
  const value: unknown = document.toJS({ maxAliasCount: 100 });
  return { ok: true, value, place: ({ pointer, detail }) => ({ ...rangeAt(document, pointer, text), severity: "error", message: detail }) };
}

/** Where the value stands that a JSON Pointer leads to; of one that is missing, where the nearest around it stands. */
function rangeAt(document: Document, pointer: string, text: string): { readonly from: number; readonly to: number } {
  const tokens =
    pointer === ""
      ? []
      : pointer
          .slice(1)
          .split("/")
          .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  for (let length = tokens.length; length > 0; length -= 1) {
    const node: unknown = document.getIn(
      tokens.slice(0, length).map((token) => (/^\d+$/.test(token) ? Number(token) : token)),
      true,
    );
    if (isNode(node) && node.range !== undefined && node.range !== null)
      return { from: node.range[0], to: Math.max(node.range[1], node.range[0] + 1) };
  }
  return { from: 0, to: Math.min(text.length, text.indexOf("\n") === -1 ? text.length : text.indexOf("\n")) };
}
