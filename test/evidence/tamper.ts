// `npm run tamper [PLACES [CLEAN]]`: the whole tamper corpus at a hundred places each, and a thousand clean bundles.
import { judgeClean, tryClass } from "./tamper-corpus.ts";
import { tamperClasses } from "./tamper-classes.ts";

const [places = 100, clean = 1_000] = process.argv.slice(2).map(Number);
const started = performance.now();
let missed = 0;
for (const one of tamperClasses) {
  const found = tryClass(one, places);
  missed += found.length;
  for (const miss of found.slice(0, 5)) console.log(JSON.stringify(miss));
}
let alarms = 0;
for (let seed = 1; seed <= clean; seed += 1) {
  const said = judgeClean(seed);
  if (said.length > 0) alarms += 1;
  if (said.length > 0 && alarms <= 5) console.log(JSON.stringify({ seed, said }));
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(
  `${tamperClasses.length} classes x ${places} places: ${missed} missed; ${clean} clean bundles: ${alarms} false alarms; ${seconds} s`,
);
if (missed + alarms > 0) process.exit(1);
