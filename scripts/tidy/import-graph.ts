import { posix } from "node:path";
import { parseSync, Visitor } from "oxc-parser";
import { sources, type Tree } from "./tree.ts";

/** One import: of a file of ours by its path, or of a package or built-in by its name. Type-only imports count like others. */
export type Import =
  | { readonly type: "file"; readonly path: string; readonly exists: boolean }
  | { readonly type: "package"; readonly name: string }
  | { readonly type: "builtin"; readonly name: string };

/** What each TypeScript file of `src`, `test`, `scripts`, `bench` and `web` imports. */
export type ImportGraph = ReadonlyMap<string, readonly Import[]>;

export function importGraph(tree: Tree): ImportGraph {
  const graph = new Map<string, readonly Import[]>();
  for (const folder of ["src", "test", "scripts", "bench", "web"]) {
    for (const path of sources(tree, folder)) {
      graph.set(
        path,
        specifiersOf(path, tree.files.get(path) ?? "").map((specifier) => toImport(tree, path, specifier)),
      );
    }
  }
  return graph;
}

/** Static, dynamic and type imports and re-exports. A dynamic import of anything but a literal is reported under its own text. */
function specifiersOf(path: string, text: string): readonly string[] {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const found = new Set<string>();
  new Visitor({
    ImportDeclaration: (node) => void found.add(node.source.value),
    ExportAllDeclaration: (node) => void found.add(node.source.value),
    ExportNamedDeclaration: (node) => void (node.source === null || found.add(node.source.value)),
    ImportExpression: (node) => void found.add(literalText(node.source, text)),
    TSImportType: (node) => void found.add(node.source.value),
  }).visit(program);
  return [...found];
}

function literalText(
  node: { readonly type: string; readonly value?: unknown; readonly start: number; readonly end: number },
  text: string,
): string {
  return typeof node.value === "string" ? node.value : text.slice(node.start, node.end);
}

function toImport(tree: Tree, from: string, specifier: string): Import {
  if (specifier.startsWith("node:")) return { type: "builtin", name: specifier };
  if (!specifier.startsWith(".")) return { type: "package", name: packageName(specifier) };
  const path = posix.join(posix.dirname(from), specifier);
  return { type: "file", path, exists: tree.files.has(path) };
}

function packageName(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
