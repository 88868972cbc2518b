// DBOS: workflow and steps registered in this process, recovery by its own start-up scan of this executor's workflows.
import { DBOS } from "@dbos-inc/dbos-sdk";
import { answerCalls, body, inParallel, inputOf, pausingBody } from "./common.js";

const [url] = process.argv.slice(2);

const chain = DBOS.registerWorkflow(
  async (input) => {
    const { name, steps, text, ...rest } = input;
    let score = 0;
    for (let step = 0; step < steps; step += 1) {
      // A step's input is not recorded by itself; where it must be on record, the step answers it too.
      const run = async () => {
        const output = await body({ name, step, ...rest });
        return text === "" ? output : { input: text, output };
      };
      const recorded = await DBOS.runStep(run, { name: `s${step}` });
      score += (recorded.output ?? recorded).score;
    }
    return score;
  },
  { name: "chain" },
);

const pausing = DBOS.registerWorkflow(
  async (name) => {
    await DBOS.runStep(() => body({ name, step: 0, ...pausingBody }), { name: "s0" });
    await DBOS.setEvent("waiting", true);
    const attestation = await DBOS.recv("attestation", 3_600);
    await DBOS.runStep(() => body({ name, step: 2, ...pausingBody }), { name: "s2" });
    return attestation;
  },
  { name: "pausing" },
);

const attestation = { attested_by: "operator", outcome: "SUCCESS", artifacts: [{ name: "model", uri: "file:///model.csv" }] };

// Looking an ended workflow up by its id polls once a second, so the handles of this process are kept.
const handles = new Map();

answerCalls({
  async start() {
    DBOS.setConfig({
      name: "bench",
      systemDatabaseUrl: url,
      systemDatabasePoolSize: 50,
      runAdminServer: false,
      logLevel: "error",
      applicationVersion: "1",
    });
    await DBOS.launch();
  },
  async chains(load) {
    await inParallel(load.runs, load.inFlight, async (index) => {
      const handle = await DBOS.startWorkflow(chain, { workflowID: `${load.prefix}-${index}` })(inputOf(load, index));
      await handle.getResult();
    });
  },
  async pause({ prefix, runs, inFlight }) {
    await inParallel(runs, inFlight, async (index) => {
      const workflowID = `${prefix}-${index}`;
      handles.set(workflowID, await DBOS.startWorkflow(pausing, { workflowID })(workflowID));
      await DBOS.getEvent(workflowID, "waiting");
    });
  },
  async resume({ prefix, runs, inFlight }) {
    await inParallel(runs, inFlight, async (index) => {
      const workflowID = `${prefix}-${index}`;
      await DBOS.send(workflowID, attestation, "attestation");
      await handles.get(workflowID).getResult();
    });
  },
  async begin(load) {
    await inParallel(load.runs, load.inFlight, async (index) => {
      await DBOS.startWorkflow(chain, { workflowID: `${load.prefix}-${index}` })(inputOf(load, index));
    });
  },
  async recover({ prefix, runs }) {
    await inParallel(runs, runs, async (index) => {
      await DBOS.retrieveWorkflow(`${prefix}-${index}`).getResult({ pollingIntervalMs: 50 });
    });
  },
  async stop() {
    await DBOS.shutdown();
  },
});
