import { parseSync, Visitor } from "oxc-parser";
import { isTest, sources, type Finding, type Tree } from "./tree.ts";

// A literal is taken for SQL when it opens as a statement does; prose seldom starts with `select` and goes on to `from`.
const statement =
  /^\s*(select\s[\s\S]*\sfrom\s|with\s+\w+\s+as\s*\(|insert\s+into\s|update\s+[\w.]+\s+set\s|delete\s+from\s|truncate\s|(create|alter|drop)\s+(table|view|index|role|schema|function|trigger|database)\s|(listen|unlisten|notify)\s+\w+\s*$|select\s+(pg_|reckoning\.)\w+)/i;

/** SQL in a string of `src` outside the storage room. */
export function findForeignSql(tree: Tree): readonly Finding[] {
  return sources(tree, "src")
    .filter((file) => !file.startsWith("src/storage/") && !isTest(file))
    .flatMap((file) =>
      literals(file, tree.files.get(file) ?? "")
        .filter((literal) => statement.test(literal))
        .map((literal) => ({ file, rule: "sql", detail: `a statement outside src/storage: ${literal.trim().slice(0, 60)}` })),
    );
}

function literals(file: string, text: string): readonly string[] {
  const found: string[] = [];
  new Visitor({
    Literal: (node) => void (typeof node.value === "string" && found.push(node.value)),
    TemplateLiteral: (node) => void found.push(node.quasis.map((quasi) => quasi.value.raw).join("x")),
  }).visit(parseSync(file, text).program);
  return found;
}
