import { readFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

/** The project as the rules see it: every text file by its path from the root, with `/` between the parts. */
export interface Tree {
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
}

export interface Finding {
  readonly file: string;
  readonly rule: string;
  readonly detail: string;
}

/** All files that Git tracks or would track, so that what it ignores is nobody's business here either. */
export function readTree(root: string): Tree {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root, encoding: "utf8" });
  const files = new Map<string, string>();
  for (const path of new Set(listed.split("\0"))) {
    if (path === "") continue;
    const text = textOf(join(root, path));
    if (text !== null) files.set(path, text);
  }
  return { root, files };
}

/** Null for what holds no text: a binary file, a link to a folder, a file that was deleted but is still tracked. */
function textOf(path: string): string | null {
  try {
    const text = readFileSync(path, "utf8");
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
}

/** The TypeScript files under `folder`, tests included. */
export function sources(tree: Tree, folder: string): readonly string[] {
  return [...tree.files.keys()].filter((path) => path.startsWith(`${folder}/`) && /\.tsx?$/.test(path)).sort();
}

export function isTest(path: string): boolean {
  return path.endsWith(".test.ts") || path.startsWith("test/");
}
