import { parseSync, Visitor } from "oxc-parser";
import { isTest, sources, type Tree } from "./tree.ts";

const fileLinesWorthAThought = 300;
const testLinesWorthAThought = 500;
const functionLinesWorthAThought = 60;

/** Files and functions past the size at which one thinks twice, longest first. */
export function listSizes(tree: Tree): readonly string[] {
  const long: { readonly lines: number; readonly what: string }[] = [];
  for (const file of [...sources(tree, "src"), ...sources(tree, "test"), ...sources(tree, "scripts")]) {
    const text = tree.files.get(file) ?? "";
    const lines = lineCount(text);
    if (lines > (isTest(file) ? testLinesWorthAThought : fileLinesWorthAThought)) long.push({ lines, what: file });
    if (isTest(file)) continue;
    for (const piece of functionTexts(file, text)) {
      if (lineCount(piece.text) > functionLinesWorthAThought) long.push({ lines: lineCount(piece.text), what: `${file} ${piece.name}` });
    }
  }
  return long.sort((a, b) => b.lines - a.lines).map(({ lines, what }) => `${String(lines).padStart(5)} lines  ${what}`);
}

function functionTexts(file: string, text: string): readonly { readonly name: string; readonly text: string }[] {
  const found: { readonly name: string; readonly text: string }[] = [];
  const add = (name: string, node: { readonly start: number; readonly end: number }) =>
    void found.push({ name, text: text.slice(node.start, node.end) });
  new Visitor({
    FunctionDeclaration: (node) => add(node.id?.name ?? "function", node),
    FunctionExpression: (node) => add("function expression", node),
    ArrowFunctionExpression: (node) => add("arrow function", node),
  }).visit(parseSync(file, text).program);
  return found;
}

function lineCount(text: string): number {
  return text.replace(/\n$/, "").split("\n").length;
}
