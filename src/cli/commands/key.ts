import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { keyIdOf, makeOperatorKey, parsePublicKey } from "../../attestation/operator-key.ts";
import type { OperatorKeyView } from "../../domain/view.ts";
import { allOf } from "../all-pages.ts";
import { usageError } from "../cli-error.ts";
import { openSession, withExamples, withOutput, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { addLogKey } from "./log-key.ts";
import { readSigningKey } from "../sign-act.ts";
import { table } from "../table.ts";
import { shownTime } from "../times.ts";
import { readOperatorKey } from "../wire.ts";

/** `reckon key`: the keys that persons sign with, and those of the log and its witnesses. */
export function addKey(program: Command, cli: Cli): void {
  const key = program
    .command("key")
    .summary("keys that persons sign with, and keys of the log")
    .description(
      "Make, enrol, list and revoke the keys that persons sign with (Ed25519). A person makes their own and keeps the private half; a key custodian puts on record whose it is. The keys of the sealed log and of its witnesses are made by: reckon key log FILE.",
    );
  addCreate(key, cli);
  addEnroll(key, cli);
  addList(key, cli);
  addRevoke(key, cli);
  addLogKey(key, cli);
}

const ownerOnly = 0o600;

function addCreate(parent: Command, cli: Cli): void {
  const command = withOutput(parent.command("create"))
    .argument("<file>", "where the private key is written; a file that is there is left alone")
    .summary("make a key of your own")
    .description("Make a key of your own: the private half in a PEM file that only you may read, the public half on standard output.")
    .action(async (file: string, options: { readonly json?: boolean }) => {
      const { privatePem, publicKey } = makeOperatorKey();
      try {
        await writeFile(file, privatePem, { flag: "wx", mode: ownerOnly });
      } catch (cause) {
        throw usageError(`cannot write ${file}: ${cause instanceof Error ? cause.message : String(cause)}`);
      }
      const shown = { key: keyIdOf(publicKey), public_key: publicKey, file };
      cli.io.stdout.write(options.json === true ? `${JSON.stringify(shown)}\n` : `${publicKey}\n`);
      cli.say(`the private key is in ${file}: whoever has it signs in your name`);
    });
  withExamples(command, ["reckon key create ~/.reckon-key.pem"], ["success", "usage"]);
}

interface EnrollOptions extends CommonOptions {
  readonly name: string;
  readonly printedName: string;
  readonly publicKey?: string;
  readonly key?: string;
  readonly replaces?: string;
}

function addEnroll(parent: Command, cli: Cli): void {
  const command = withServer(parent.command("enroll"))
    .summary("put on record whose key this is")
    .description("Put on record whose key this is: what it signs from now on counts as theirs. A key custodian's to do.")
    .requiredOption("--name <name>", "whose it is: the name they are let in under")
    .requiredOption("--printed-name <name>", "how they are named beside a signature")
    .option("--public-key <key>", "the public half, as reckon key create printed it")
    .option("--key <file>", "or the key file itself, of which only the public half is sent")
    .option("--replaces <id>", "the key of theirs that this one takes the place of")
    .action(async (options: EnrollOptions) => {
      const session = openSession(cli, options);
      const enrolled = await session.client.post("/api/keys", {
        subject: options.name,
        printed_name: options.printedName,
        public_key: await publicKeyOf(options),
        replaces: options.replaces ?? null,
      });
      if (session.json) session.emit(enrolled);
      else session.print(`key ${readOperatorKey(enrolled).id} is ${options.name}'s\n`);
    });
  withExamples(
    command,
    ['reckon key enroll --name ada --printed-name "Ada Lovelace" --public-key ed25519:11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo'],
    ["success", "error", "usage", "unauthorized", "unreachable"],
  );
}

async function publicKeyOf({ publicKey, key }: EnrollOptions): Promise<string> {
  if ((publicKey === undefined) === (key === undefined)) throw usageError("give either --public-key or --key");
  if (key !== undefined) return (await readSigningKey(key)).publicKey;
  const parsed = parsePublicKey(publicKey ?? "");
  if (parsed === null) throw usageError(`--public-key must be ed25519: and 32 bytes in base64url, found ${publicKey ?? ""}`);
  return parsed;
}

function addList(parent: Command, cli: Cli): void {
  const command = withServer(parent.command("list"))
    .description("List the keys that were ever enrolled.")
    .action(async (options: CommonOptions) => {
      const session = openSession(cli, options);
      const keys = (await allOf(session.client, "/api/keys")).map(readOperatorKey);
      if (session.json) for (const key of keys) session.emit(key);
      else session.print(shown(session, keys));
    });
  withExamples(command, ["reckon key list"], ["success", "error", "usage", "unauthorized", "unreachable"]);
}

function addRevoke(parent: Command, cli: Cli): void {
  const command = withServer(parent.command("revoke"))
    .argument("<key>", "id of the key, as reckon key list shows it")
    .description("Take nothing from a key any more. What it signed before stays signed.")
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, options: CommonOptions & { readonly reason: string }) => {
      const session = openSession(cli, options);
      if (!/^[0-9a-f]{64}$/.test(id)) throw usageError(`${id} is not the id of a key`);
      const key = await session.client.post(`/api/keys/${id}/revoke`, { reason: options.reason });
      if (session.json) session.emit(key);
      else session.print(`key ${id} of ${readOperatorKey(key).subject} is revoked\n`);
    });
  withExamples(
    command,
    [`reckon key revoke ${"0123456789abcdef".repeat(4)} --reason "the laptop was stolen"`],
    ["success", "error", "usage", "unauthorized", "unreachable"],
  );
}

function shown(session: Session, keys: readonly OperatorKeyView[]): string {
  const rows = keys.map((key) => [
    { text: key.subject, style: "bold" } as const,
    key.printed_name,
    shownTime(key.enrolled_at, session.utc),
    key.revoked_at === null ? "" : `revoked ${shownTime(key.revoked_at, session.utc)}`,
    key.id,
  ]);
  return table(["NAME", "PRINTED NAME", "ENROLLED", "STATE", "ID"], rows, session.paint);
}
