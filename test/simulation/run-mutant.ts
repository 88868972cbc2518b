// Lives through worlds with one mutant in place of the real source: node run-mutant.ts NAME SCHEDULES. Prints what was found.
import { registerHooks } from "node:module";
import { mutants } from "./mutants.ts";

Error.stackTraceLimit = 0;
const [name, schedules = "100000"] = process.argv.slice(2);
const mutant = mutants.find((known) => known.name === name);
if (mutant === undefined) throw new Error(`there is no mutant ${JSON.stringify(name)}`);
const applied = new Set<string>();

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const patches = mutant.patches.filter(({ file }) => url.endsWith(`/src/${file}`));
    if (patches.length === 0) return loaded;
    let text = Buffer.from(loaded.source as Uint8Array).toString("utf8");
    for (const { file, find, replace } of patches) {
      if (text.split(find).length !== 2)
        throw new Error(`mutant ${JSON.stringify(name)}: its text stands ${text.split(find).length - 1} times in ${file}`);
      text = text.replace(find, () => replace);
      applied.add(file);
    }
    return { ...loaded, source: text };
  },
});

const { simulate } = await import("./simulate.ts");
const report = await simulate({ from: 1, count: Number(schedules), verifyEvery: 4, stopEarly: true });
if (applied.size === 0) throw new Error(`mutant ${JSON.stringify(name)} was never loaded`);
const [first] = report.failed;
process.stdout.write(
  `${JSON.stringify({ schedules: report.schedules, seed: first?.seed ?? null, violation: first?.violations[0] ?? null })}\n`,
);
