import type { Command } from "commander";
import { withExamples, withOutput } from "../session.ts";
import type { Cli } from "../session.ts";

/** The commands that are the service itself: `dev`, `serve`, `worker`, `sealer`, `migrate`. Their work is handed in. */
export function addServers(program: Command, cli: Cli): void {
  addDev(program, cli);
  addServe(program, cli);
  addWorker(program, cli);
  addSealer(program, cli);
  addMigrate(program, cli);
}

interface AddressOptions {
  readonly host?: string;
  readonly port?: string;
}

function addDev(program: Command, cli: Cli): void {
  const command = withAddress(program.command("dev"))
    .summary("start everything on this machine: database, schema, example, server")
    .description(
      "Start everything on this machine with nothing to set up: an embedded PostgreSQL (or DATABASE_URL if set), the schema, the example manifest with one run, and the server with a worker. Data stay in RECKONING_DATA_DIR and survive restarts. Only trouble is logged, unless RECKONING_LOG_LEVEL asks for more.",
    )
    .option("--no-example", "do not load examples/quarterly-report")
    .action(async (options: AddressOptions & { readonly example: boolean }) => cli.io.handlers.dev(options, cli.say));
  withExamples(
    command,
    ["reckon dev", "reckon dev --port 8080", "LLM_PROVIDER=openai LLM_BASE_URL=http://127.0.0.1:11434/v1 LLM_MODEL=qwen3 reckon dev"],
    ["success", "error", "usage", "rollback", "unreachable", "configuration"],
  );
}

function addServe(program: Command, cli: Cli): void {
  const command = withAddress(program.command("serve"))
    .summary("serve the HTTP interface and advance runs")
    .description(
      "Serve the HTTP interface and advance runs, on the database that DATABASE_URL names. Refuses to start on a schema older or newer than its own. May be killed at any time: what was acknowledged is on record.",
    )
    .action(async (options: AddressOptions) => cli.io.handlers.serve(options, cli.say));
  withExamples(
    command,
    ["DATABASE_URL=postgresql://reckon@db/reckoning reckon serve", "reckon serve --host 0.0.0.0 --port 8000"],
    ["success", "error", "usage", "rollback", "unreachable", "configuration"],
  );
}

function addWorker(program: Command, cli: Cli): void {
  const command = program
    .command("worker")
    .summary("advance runs without serving HTTP")
    .description(
      "Advance runs without serving HTTP, beside other workers and servers on the same database. A run is held by one of them at a time, by lease.",
    )
    .action(async () => cli.io.handlers.worker(cli.say));
  withExamples(
    command,
    ["DATABASE_URL=postgresql://reckon@db/reckoning reckon worker"],
    ["success", "error", "usage", "rollback", "unreachable", "configuration"],
  );
}

function addSealer(program: Command, cli: Cli): void {
  const command = program
    .command("sealer")
    .summary("seal the log without serving or advancing runs")
    .description(
      "Give every entry its place in the sealed log and, with a key, sign the tree over them. reckon serve does this too unless RECKONING_SEALER=off; alone it needs fewer rights and can hold the key where no server does. Any number may run; they cannot fork the log.",
    )
    .action(async () => cli.io.handlers.sealer(cli.say));
  withExamples(
    command,
    ["DATABASE_URL=postgresql://sealer@db/reckoning RECKONING_LOG_KEY_FILE=/etc/reckon/log.key reckon sealer"],
    ["success", "error", "usage", "rollback", "unreachable", "configuration"],
  );
}

function addMigrate(program: Command, cli: Cli): void {
  const command = withOutput(program.command("migrate"))
    .summary("bring the database schema to this version")
    .description(
      "Bring the schema of the database that DATABASE_URL names to this version. Does nothing when it is there already; may be started twice at once. Makes the roles rm_owner, rm_app and rm_auditor where the login may, and says what they are good for.",
    )
    .action(async (options: { readonly json?: boolean }) => {
      const done = await cli.io.handlers.migrate(cli.say);
      for (const notice of done.notices) cli.say(`notice: ${notice}`);
      cli.say(`protection: ${done.protection}`);
      if (options.json === true) cli.io.stdout.write(`${JSON.stringify(done)}\n`);
      else if (done.applied.length === 0) cli.io.stdout.write(`schema version ${done.to}: nothing to do\n`);
      else cli.io.stdout.write(`${done.applied.map((name) => `applied ${name}\n`).join("")}schema version ${done.from} -> ${done.to}\n`);
    });
  withExamples(
    command,
    ["DATABASE_URL=postgresql://owner@db/reckoning reckon migrate"],
    ["success", "error", "usage", "unreachable", "configuration"],
  );
}

function withAddress(command: Command): Command {
  return command
    .option("--host <host>", "address to listen on (default: HOST, else 127.0.0.1)")
    .option("--port <port>", "port to listen on (default: PORT, else 8000)");
}
