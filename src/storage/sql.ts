import { hash } from "node:crypto";

/** One statement with its parameters. The name lets PostgreSQL keep its plan; the same text always has the same name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

const texts = new WeakMap<TemplateStringsArray, { readonly name: string; readonly text: string }>();

/** A statement from a template: every `${value}` becomes a parameter, never a part of the text. */
export function sql(strings: TemplateStringsArray, ...values: readonly unknown[]): Statement {
  let known = texts.get(strings);
  if (known === undefined) {
    const text = strings.reduce((before, part, index) => `${before}$${index}${part}`);
    known = { name: `rm_${hash("sha256", text, "hex").slice(0, 24)}`, text };
    texts.set(strings, known);
  }
  return { ...known, values };
}
