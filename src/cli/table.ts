import { oneLine } from "./terminal.ts";
import type { Paint, Style } from "./terminal.ts";

/** One cell: text, and how it is painted. Widths are counted before painting. */
export type Cell = string | { readonly text: string; readonly style: Style };

/** Aligned columns, two spaces apart, the last one ragged. With no rows, nothing but the head. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[], paint: Paint): string {
  const all: readonly (readonly Cell[])[] = [head.map((text) => ({ text, style: "dim" }) as const), ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => textOf(row[column]).length)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => padded(cell, column === row.length - 1 ? 0 : (widths[column] ?? 0), paint))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** `name: value` lines with the values under each other. */
export function fields(pairs: readonly (readonly [string, string])[], paint: Paint): string {
  const width = Math.max(...pairs.map(([name]) => name.length));
  return pairs.map(([name, value]) => `${paint("dim", name.padEnd(width))}  ${value}\n`).join("");
}

function padded(cell: Cell | undefined, width: number, paint: Paint): string {
  const text = textOf(cell);
  const style = typeof cell === "object" ? cell.style : "plain";
  return `${paint(style, text)}${" ".repeat(Math.max(0, width - text.length))}`;
}

function textOf(cell: Cell | undefined): string {
  return oneLine(typeof cell === "object" ? cell.text : (cell ?? ""));
}
