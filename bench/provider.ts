// The scripted provider of the test suite in a process of its own, so that its work is on nobody's account.
//   node bench/provider.ts BODY_MS [BODIES_FILE]

import { appendFileSync } from "node:fs";
import { startFakeProvider } from "../test/support/fake-provider.ts";

const [bodyMs = "0", bodies] = process.argv.slice(2);
const delayMs = Number(bodyMs);
const behaviour = {
  kind: "ok" as const,
  output: { answer: "amber birch cedar", score: 50 },
  ...(delayMs > 0 ? { delayMs } : {}),
};

const fake = await startFakeProvider({ answer: behaviour });
fake.answerWith((call) => {
  if (bodies !== undefined) {
    // The name of the run and of the step stand in the prompt (`ours.ts`).
    const place = /\[(\S+) (\S+)\]/.exec(call.prompt);
    setTimeout(() => appendFileSync(bodies, `${place?.[1]} ${place?.[2]}\n`), delayMs);
  }
  fake.forget();
  return behaviour;
});
process.send?.({ baseUrl: fake.baseUrl });
process.on("disconnect", () => process.exit(0));
