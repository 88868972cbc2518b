// The services of restate.js, in a process of their own as Restate has it: node bench/peers/restate-services.js PORT
import * as restate from "@restatedev/restate-sdk";
import { body, pausingBody } from "./common.js";

const [port] = process.argv.slice(2);

const chain = restate.service({
  name: "chain",
  handlers: {
    ping: async (_context, text) => text,
    run: async (context, input) => {
      const { name, steps, text, ...rest } = input;
      let score = 0;
      for (let step = 0; step < steps; step += 1) {
        const recorded = await context.run(`s${step}`, async () => {
          const output = await body({ name, step, ...rest });
          // A step's input is not recorded by itself; where it must be on record, the step answers it too.
          return text === "" ? output : { input: text, output };
        });
        score += (recorded.output ?? recorded).score;
      }
      return score;
    },
  },
});

const pausing = restate.workflow({
  name: "pausing",
  handlers: {
    run: async (context, name) => {
      await context.run("s0", () => body({ name, step: 0, ...pausingBody }));
      await context.promise("waiting").resolve(true);
      const attestation = await context.promise("attestation");
      await context.run("s2", () => body({ name, step: 2, ...pausingBody }));
      return attestation;
    },
    waiting: async (context) => context.promise("waiting"),
    attest: async (context, attestation) => context.promise("attestation").resolve(attestation),
  },
});

const listening = await restate.serve({ services: [chain, pausing], port: Number(port) });
process.send?.(listening ?? true);
process.on("disconnect", () => process.exit(0));
