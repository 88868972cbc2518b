// LangGraph with its PostgreSQL checkpointer. It has no recovery of its own: after a crash the caller invokes each thread again.
import { Annotation, Command, END, interrupt, START, StateGraph } from "@langchain/langgraph";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import pg from "pg";
import { answerCalls, body, inParallel, inputOf, pausingBody } from "./common.js";

const [url, durability = "async"] = process.argv.slice(2);
const pool = new pg.Pool({ connectionString: url, max: 50 });
const checkpointer = new PostgresSaver(pool);
const recursionLimit = 100;

const State = Annotation.Root({ run: Annotation(), input: Annotation(), output: Annotation(), attestation: Annotation() });
const graphs = new Map();

function chainOf(steps) {
  const known = graphs.get(steps);
  if (known !== undefined) return known;
  const graph = new StateGraph(State);
  for (let step = 0; step < steps; step += 1) {
    graph.addNode(`s${step}`, async ({ run }) => {
      const { text, ...rest } = run;
      const output = await body({ step, ...rest });
      // Where a step's input must be on record, it is a value of the state that the step sets.
      return text === "" ? { output } : { input: `${step} ${text}`, output };
    });
    graph.addEdge(step === 0 ? START : `s${step - 1}`, `s${step}`);
  }
  const compiled = graph.addEdge(`s${steps - 1}`, END).compile({ checkpointer });
  graphs.set(steps, compiled);
  return compiled;
}

const pausing = new StateGraph(State)
  .addNode("s0", async ({ run }) => ({ output: await body({ name: run.name, step: 0, ...pausingBody }) }))
  .addNode("sheet", () => ({ attestation: interrupt("attest") }))
  .addNode("s2", async ({ run }) => ({ output: await body({ name: run.name, step: 2, ...pausingBody }) }))
  .addEdge(START, "s0")
  .addEdge("s0", "sheet")
  .addEdge("sheet", "s2")
  .addEdge("s2", END)
  .compile({ checkpointer });

const attestation = { attested_by: "operator", outcome: "SUCCESS", artifacts: [{ name: "model", uri: "file:///model.csv" }] };
const optionsOf = (name) => ({ configurable: { thread_id: name }, durability, recursionLimit });

answerCalls({
  async start() {
    await checkpointer.setup();
  },
  async chains(load) {
    const graph = chainOf(load.steps);
    await inParallel(load.runs, load.inFlight, async (index) => {
      const run = inputOf(load, index);
      await graph.invoke({ run }, optionsOf(run.name));
    });
  },
  async pause({ prefix, runs, inFlight }) {
    await inParallel(runs, inFlight, async (index) => {
      const name = `${prefix}-${index}`;
      await pausing.invoke({ run: { name } }, optionsOf(name));
    });
  },
  async resume({ prefix, runs, inFlight }) {
    await inParallel(runs, inFlight, async (index) => {
      await pausing.invoke(new Command({ resume: attestation }), optionsOf(`${prefix}-${index}`));
    });
  },
  async begin(load) {
    const graph = chainOf(load.steps);
    void inParallel(load.runs, load.inFlight, async (index) => {
      const run = inputOf(load, index);
      await graph.invoke({ run }, optionsOf(run.name));
    });
  },
  async recover(load) {
    const graph = chainOf(load.steps);
    await inParallel(load.runs, load.runs, async (index) => {
      const run = inputOf(load, index);
      const state = await graph.getState(optionsOf(run.name));
      // With async durability a crash may leave the input alone on record, from which nothing goes on: it is given again.
      const ended = (state.metadata?.step ?? -1) >= load.steps;
      if (!ended) await graph.invoke(state.next.length > 0 && state.values.run !== undefined ? null : { run }, optionsOf(run.name));
    });
  },
  async stop() {
    await pool.end();
  },
});
