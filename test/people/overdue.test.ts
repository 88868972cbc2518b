import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { Secret } from "../../src/domain/secret.ts";
import { webhookHeaders, webhookKey } from "../../src/runtime/notify/sign-webhook.ts";
import { apiOf, putManifest, putTask, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const secret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

describe("a message", () => {
  test("is one that the reference library of Standard Webhooks takes, and an altered one is not", () => {
    const now = Math.floor(Date.now() / 1000);
    const body = '{"type":"step.overdue"}';
    const headers = { ...webhookHeaders(new Secret(secret), { id: "msg_1", timestampSeconds: now, body }) };
    expect(new Webhook(secret).verify(body, headers)).toEqual({ type: "step.overdue" });
    expect(() => new Webhook(secret).verify(`${body} `, headers)).toThrow("signature");
  });

  test.each(["", "secret", "whsec_", "whsec_AAAA", `whsec_${"A".repeat(200)}`, "whsec_!"])("is not signed with %j", (text) => {
    expect(webhookKey(text)).toBeNull();
  });

  test.each([{}, { RECKONING_WEBHOOK_SECRET: "hunter2" }])("has no address without a secret that is one: %j", (given) => {
    const parsed = parseConfig({ RECKONING_WEBHOOK_URL: "https://example.org/hook", ...given });
    expect(parsed).toMatchObject({ ok: false, error: [{ name: "RECKONING_WEBHOOK_SECRET" }] });
  });
});

describe("a step that waits longer than its contract says", () => {
  const closing = closeAfterAll();
  const received: Received[] = [];
  let status = 200;
  let database: TestDatabase;
  let servers: readonly ReckonServer[];
  let api: Api;

  beforeAll(async () => {
    database = await createTestDatabase();
    closing(() => database.drop());
    const receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(status, { location: "http://127.0.0.1:1/elsewhere" }).end("thanks");
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
    closing(() => new Promise((resolve) => receiver.close(resolve)));
    const env = {
      RECKONING_WEBHOOK_URL: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`,
      RECKONING_WEBHOOK_SECRET: secret,
      RECKONING_WEBHOOK_EVERY_SECONDS: "1",
    };
    servers = await Promise.all([startServer(database.url, env), startServer(database.url, env)]);
    for (const server of servers) closing(() => server.kill("SIGTERM"));
    api = apiOf(servers[0]?.url ?? "");
  });

  async function overdueRun(minutes = 0.001): Promise<{ readonly id: string; readonly step: string }> {
    const task_id = await putTask(api);
    const contract = { executor: "x", inputs: [], outputs: [], verification: "operator_attest", timeout_minutes: minutes };
    const manifest = await putManifest(api, [
      { step_key: "first", task_id },
      { step_key: "sheet", step_type: "compute", depends_on: ["first"], compute_contract: contract },
    ]);
    const run = await startRun(api, manifest);
    return { id: run.id, step: run.waiting_for?.step_run_id ?? "" };
  }

  const messagesOf = (id: string): readonly Received[] => received.filter(({ body }) => body.includes(id));

  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${servers[0]?.url}/metrics`)).text();
    return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
  }

  test("goes on waiting, is shown and counted as overdue, and is said to be, once by two servers, signed", async () => {
    const patient = await overdueRun(60);
    const run = await overdueRun();
    await expect.poll(() => messagesOf(run.id), { timeout: 15_000 }).toHaveLength(1);
    const [message] = messagesOf(run.id);
    const headers = Object.fromEntries(Object.entries(message?.headers ?? {}).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(secret).verify(message?.body ?? "", headers)).toMatchObject({
      type: "step.overdue",
      data: { run_id: run.id, step_key: "sheet", step_run_id: run.step },
    });
    const waiting = await api.send<readonly { readonly run_id: string; readonly overdue: boolean }[]>("GET", "/api/waiting");
    expect(Object.fromEntries(waiting.body.map(({ run_id, overdue }) => [run_id, overdue]))).toEqual({
      [patient.id]: false,
      [run.id]: true,
    });
    expect(await metric("reckoning_steps_overdue")).toBe(1);
    expect(await api.run(run.id)).toMatchObject({ status: "waiting" });
    await expect
      .poll(async () => database.rows("select outcome, detail from reckoning.notice_attempt where run_id = $1", [run.id]))
      .toEqual([{ outcome: "delivered", detail: "answered 200" }]);

    expect(
      (await api.send("POST", `/api/runs/${run.id}/steps/${run.step}/attest`, { attested_by: "bob", outcome: "SUCCESS" })).status,
    ).toBe(200);
    expect(await metric("reckoning_steps_overdue")).toBe(0);
    expect(messagesOf(run.id)).toHaveLength(1);
  });

  test.each([500, 302])(
    "whose notice is answered %i is said to be again, under the same id; each attempt is on record and in the log",
    async (refusal) => {
      status = refusal;
      const run = await overdueRun();
      await expect.poll(() => messagesOf(run.id), { timeout: 15_000 }).toHaveLength(1);
      const failed = [{ attempt: 1, outcome: "failed", detail: `answered ${refusal}` }];
      const attempts = () =>
        database.rows("select attempt, outcome, detail from reckoning.notice_attempt where run_id = $1 order by attempt", [run.id]);
      await expect.poll(attempts).toEqual(failed);
      expect(servers.map((server) => server.output()).join("\n")).toContain("a notice did not arrive; it is sent again");
      status = 200;
      // The pause is a quarter of a minute: the attempt is made that much older.
      await database.rows("update reckoning.notice_attempt set at = at - interval '1 minute' where run_id = $1", [run.id]);
      await expect.poll(() => messagesOf(run.id), { timeout: 15_000 }).toHaveLength(2);
      await expect.poll(attempts).toEqual([...failed, { attempt: 2, outcome: "delivered", detail: "answered 200" }]);
      expect(new Set(messagesOf(run.id).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    },
  );
});
