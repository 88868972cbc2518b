import { homedir } from "node:os";
import type { Finding, Tree } from "./tree.ts";

/** What betrays the machine a file was written on: its paths, and the addresses that its npm took packages from. */
export function findMachineTraces(tree: Tree): readonly Finding[] {
  const traces = [homeOf("/home/"), homeOf("/Users/"), ...[tree.root, homedir()].map(literalPath)];
  return [...tree.files].flatMap(([file, text]) => [...pathFindings(file, text, traces), ...registryFindings(file, text)]);
}

function homeOf(parent: string): RegExp {
  return new RegExp(`(?<![\\w.:/])${parent}[a-z][\\w-]*/`);
}

function literalPath(path: string): RegExp {
  const bare = path.replace(/[\\/]+$/, "");
  return new RegExp(`(?<![\\w.:/])${bare.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}[\\\\/]`);
}

function pathFindings(file: string, text: string, traces: readonly RegExp[]): readonly Finding[] {
  return traces.flatMap((trace) => {
    const [path] = trace.exec(text) ?? [];
    return path === undefined ? [] : [{ file, rule: "machine", detail: `names a path of one machine: ${path}` }];
  });
}

/** A link within the project is resolved to a path; everything else to an address. */
const address = /"resolved":\s*"(?!test\/[\w-]+")/;

function registryFindings(file: string, text: string): readonly Finding[] {
  const isLock = file.endsWith("package-lock.json");
  return isLock && address.test(text) ? [{ file, rule: "machine", detail: "names the addresses its packages came from" }] : [];
}
