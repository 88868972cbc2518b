#!/usr/bin/env node
// The launcher: finds a Node and an entry point that fit each other, then steps aside. Plain JavaScript that Node 14.8 still
// parses, because its first duty is to tell the owner of an old Node what to do in one sentence.
//
// In a checkout it runs src/main.ts through Node's type stripping; in the published package, dist/main.js. When the Node that
// runs it cannot, it starts the one that `npm ci` pinned in node_modules/node, or itself once more with the needed flag.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { followParent, launchedByParent, runUnder } from "./supervise.js";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const stripTypesFlags = ["--experimental-strip-types", "--disable-warning=ExperimentalWarning"];

const start = chooseStart();
if (start.refusal) {
  process.stderr.write(`reckon: ${start.refusal}\n`);
  // EX_CONFIG of sysexits.h: what is wrong is the installation, so starting again will not help.
  process.exitCode = 78;
} else if (start.command) {
  runUnder(start.command, [...start.flags, fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else {
  followParent();
  await import(pathToFileURL(start.entry).href);
}

/** Either {refusal}, or {command, flags} of another Node to start, or the {entry} to load in this one. */
function chooseStart() {
  const needed = neededVersion();
  const pinned = launchedByParent() ? null : pinnedNode(needed);
  if (!launchedByParent() && !atLeast(process.versions.node, needed)) {
    return pinned ? { command: pinned, flags: [] } : { refusal: tooOld(needed) };
  }
  const source = sourceEntry();
  if (source && process.features.typescript) return { entry: source };
  if (source && pinned) return { command: pinned, flags: [] };
  const built = join(root, "dist", "main.js");
  if (existsSync(built)) return { entry: built };
  if (source && !launchedByParent()) return { command: process.execPath, flags: stripTypesFlags };
  return { refusal: "there is nothing to run: neither src/main.ts nor dist/main.js is here; run `npm run build` first." };
}

/** Node refuses to strip types below a node_modules folder, so sources installed there (from a Git address, say) do not count. */
function sourceEntry() {
  const entry = join(root, "src", "main.ts");
  return existsSync(entry) && !root.split(sep).includes("node_modules") ? entry : null;
}

/** The Node that the `node` package put beside us. Its installer may have been blocked, so both package and binary must be there. */
function pinnedNode(needed) {
  const home = join(root, "node_modules", "node");
  const binary = join(home, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (!existsSync(binary) || !existsSync(join(home, "package.json"))) return null;
  return atLeast(packageAt(home).version, needed) ? binary : null;
}

/** package.json says once, for npm and for us, which Node is the least that will do. */
function neededVersion() {
  return packageAt(root).engines.node.replace(/^>=\s*/, "");
}

function packageAt(folder) {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}

function atLeast(found, needed) {
  const have = found.split(".").map(Number);
  const want = needed.split(".").map(Number);
  for (let place = 0; place < want.length; place += 1) {
    if ((have[place] || 0) !== want[place]) return (have[place] || 0) > want[place];
  }
  return true;
}

function tooOld(needed) {
  return `Node ${needed} or newer is needed, this is ${process.versions.node}; install it, or run \`npm ci\` in a checkout, which brings one.`;
}
