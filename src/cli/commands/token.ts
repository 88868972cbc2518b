import type { Command } from "commander";
import { roles as knownRoles, tokenDaysDefault, tokenDaysMax } from "../../domain/access.ts";
import type { Role } from "../../domain/access.ts";
import { Secret } from "../../domain/secret.ts";
import type { TokenView } from "../../domain/view.ts";
import { allOf } from "../all-pages.ts";
import { CliError, usageError } from "../cli-error.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { table } from "../table.ts";
import { shownTime } from "../times.ts";
import { readCaller, readNewToken, readToken } from "../wire.ts";

/** Where tokens are given out: the server when a token lets us in there, else the database itself. */
interface Desk {
  readonly create: (request: {
    readonly subject: string;
    readonly roles: readonly Role[];
    readonly days: number;
  }) => Promise<{ readonly token: TokenView; readonly secret: Secret }>;
  readonly list: () => Promise<readonly TokenView[]>;
  readonly revoke: (token: string, reason: string) => Promise<TokenView>;
}

/** `reckon token`: who is let in, and for what. `reckon whoami`: whom the server takes us for. */
export function addToken(program: Command, cli: Cli): void {
  const token = program
    .command("token")
    .summary("give out, list and revoke API tokens")
    .description(
      "Give out, list and revoke API tokens. With RECKONING_TOKEN (or --token) the server is asked, as an admin. Without one the database that DATABASE_URL names is written to itself: that is how the first token is made.",
    );
  addCreate(token, cli);
  addList(token, cli);
  addRevoke(token, cli);
  addWhoAmI(program, cli);
}

interface CreateOptions extends CommonOptions {
  readonly name: string;
  readonly role: readonly string[];
  readonly days: string;
}

function addCreate(parent: Command, cli: Cli): void {
  const command = withServer(parent.command("create"))
    .summary("give out a token; it is shown this once")
    .description("Give out a token. Its text is printed this once and is nowhere else: what is stored is its SHA-256.")
    .requiredOption("--name <name>", "whose it is: the name under everything done with it")
    .requiredOption(
      "--role <role>",
      `what it is for; may be given several times: ${knownRoles.join(", ")}`,
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option("--days <days>", `let it expire after so many days, at most ${tokenDaysMax}`, String(tokenDaysDefault))
    .action(async (options: CreateOptions) => {
      const session = openSession(cli, options);
      const days = /^[0-9]{1,3}$/.test(options.days) ? Number(options.days) : 0;
      if (days < 1 || days > tokenDaysMax) throw usageError(`--days must be 1 to ${tokenDaysMax}, found ${options.days}`);
      const { token, secret } = await deskOf(session, options).create({ subject: options.name, roles: rolesOf(options.role), days });
      if (session.json) session.emit({ token, secret: secret.reveal() });
      else session.print(`${secret.reveal()}\n`);
      session.say(`token ${token.id} of ${token.subject} for ${token.roles.join(", ")}, until ${shownTime(token.expires_at, session.utc)}`);
      session.say("it is not shown again: keep it where secrets are kept");
    });
  withExamples(
    command,
    [
      "DATABASE_URL=postgresql://owner@db/reckoning reckon token create --name ada --role admin",
      "reckon token create --name bob --role attestor --days 30",
    ],
    ["success", "error", "usage", "unauthorized", "unreachable", "configuration"],
  );
}

function addList(parent: Command, cli: Cli): void {
  const command = withServer(parent.command("list"))
    .description("List the tokens that were ever given out.")
    .action(async (options: CommonOptions) => {
      const session = openSession(cli, options);
      const tokens = await deskOf(session, options).list();
      if (session.json) for (const token of tokens) session.emit(token);
      else session.print(shown(session, tokens));
    });
  withExamples(command, ["reckon token list"], ["success", "error", "usage", "unauthorized", "unreachable", "configuration"]);
}

function addRevoke(parent: Command, cli: Cli): void {
  const command = withServer(parent.command("revoke"))
    .argument("<token>", "id of the token, as reckon token list shows it")
    .description("Let a token let nobody in any more, from now on.")
    .requiredOption("--reason <text>", "why, for the record")
    .action(async (id: string, options: CommonOptions & { readonly reason: string }) => {
      const session = openSession(cli, options);
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)) throw usageError(`${id} is not the id of a token`);
      const token = await deskOf(session, options).revoke(id.toLowerCase(), options.reason);
      if (session.json) session.emit(token);
      else session.print(`token ${token.id} of ${token.subject} is revoked\n`);
    });
  withExamples(
    command,
    ['reckon token revoke 019ac7f0-0000-7000-8000-000000000001 --reason "left the company"'],
    ["success", "error", "usage", "unauthorized", "unreachable", "configuration"],
  );
}

function addWhoAmI(program: Command, cli: Cli): void {
  const command = withServer(program.command("whoami"))
    .description("Print whom the server takes the caller for.")
    .action(async (options: CommonOptions) => {
      const session = openSession(cli, options);
      const me = await session.client.get("/api/me");
      if (session.json) return session.emit(me);
      const { subject, roles } = readCaller(me);
      session.print(subject === null ? "nobody has to say who they are here\n" : `${subject}: ${roles.join(", ")}\n`);
    });
  withExamples(command, ["reckon whoami"], ["success", "error", "usage", "unauthorized", "unreachable"]);
}

function deskOf(session: Session, options: CommonOptions): Desk {
  const asksServer = options.token !== undefined || (session.io.env["RECKONING_TOKEN"] ?? "") !== "";
  return asksServer ? serverDesk(session) : databaseDesk(session);
}

function serverDesk({ client }: Session): Desk {
  return {
    async create({ subject, roles, days }) {
      const created = readNewToken(await client.post("/api/tokens", { subject, roles: [...roles], expires_in_days: days }));
      return { token: created.token, secret: new Secret(created.secret) };
    },
    list: async () => (await allOf(client, "/api/tokens")).map(readToken),
    revoke: async (token, reason) => readToken(await client.post(`/api/tokens/${token}/revoke`, { reason })),
  };
}

function databaseDesk({ io }: Session): Desk {
  const { tokens } = io.handlers;
  return {
    create: tokens.create,
    list: tokens.list,
    async revoke(token, reason) {
      const revoked = await tokens.revoke({ token, reason });
      if (revoked.ok) return revoked.value;
      throw new CliError({ exit: "error", code: revoked.error.code, message: revoked.error.detail });
    },
  };
}

function rolesOf(texts: readonly string[]): readonly Role[] {
  return texts.map((text) => {
    const role = knownRoles.find((known) => known === text);
    if (role === undefined) throw usageError(`--role ${text} is no role`, `roles are ${knownRoles.join(", ")}`);
    return role;
  });
}

function shown(session: Session, tokens: readonly TokenView[]): string {
  const rows = tokens.map((token) => [
    { text: token.subject, style: "bold" } as const,
    token.roles.join(","),
    token.revoked_at === null ? shownTime(token.expires_at, session.utc) : "revoked",
    token.id,
  ]);
  return table(["NAME", "ROLES", "EXPIRES", "ID"], rows, session.paint);
}
