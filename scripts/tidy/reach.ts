import type { ImportGraph } from "./import-graph.ts";
import { isTest, type Finding, type Tree } from "./tree.ts";

const program = "src/main.ts";

// The auditor must be able to run far from the system it audits.
const offlineRoom = "src/verify/";
const forbiddenOffline = /^(pg|undici|fastify|node:(net|tls|http|https|http2|dgram|dns|child_process|cluster)(\/.*)?)$/;

/** Files of `src` that nothing which runs leads to: dead code, even when a test still imports it. */
export function findUnreached(tree: Tree, graph: ImportGraph): readonly Finding[] {
  // Before there is a program, nothing can be reached from it.
  if (!graph.has(program)) return [];
  const scripts = [...graph.keys()].filter((file) => file.startsWith("scripts/"));
  const reached = closure(graph, [program, ...exported(tree), ...scripts]);
  return [...graph.keys()]
    .filter((file) => file.startsWith("src/") && !isTest(file) && !reached.has(file))
    .map((file) => ({ file, rule: "unreached", detail: "nothing that runs imports it" }));
}

/** The sources of what package.json exports to others. */
function exported(tree: Tree): readonly string[] {
  const built = (tree.files.get("package.json") ?? "").matchAll(/"\.\/dist\/([\w./-]+)\.js"/g);
  return [...built].map(([, name]) => `src/${name}.ts`);
}

/** Ways from the offline auditor to a database or a network, at any distance. */
export function findClosureBreaks(graph: ImportGraph): readonly Finding[] {
  const starts = [...graph.keys()].filter((file) => file.startsWith(offlineRoom) && !isTest(file));
  return [...closure(graph, starts)].flatMap((file) =>
    (graph.get(file) ?? [])
      .filter((target) => target.type !== "file" && forbiddenOffline.test(target.name))
      .map((target) => ({
        file,
        rule: "offline",
        detail: `src/verify reaches ${target.type === "file" ? target.path : target.name} through it`,
      })),
  );
}

function closure(graph: ImportGraph, starts: readonly string[]): ReadonlySet<string> {
  const reached = new Set<string>();
  const open = [...starts];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const target of graph.get(file) ?? []) if (target.type === "file") open.push(target.path);
  }
  return reached;
}
