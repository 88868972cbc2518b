import { beforeAll, expect, test } from "vitest";
import { apiOf, contract, putTask } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";

const atEnd = closeAfterAll();
let api: Api;

beforeAll(async () => {
  const database = await createTestDatabase();
  atEnd(() => database.drop());
  const server = await startServer(database.url);
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
});

const task = { name: "checked", prompt_template: "Say something about {{ params.topic }}.", extract_schema: contract };

test("a definition can be checked before it is published: nothing is written, and the digest is the one it will have", async () => {
  const checked = await api.send<{ digest: string }>("POST", "/api/tasks/check", task);
  expect(checked.status).toBe(200);
  expect((await api.send("GET", "/api/tasks")).body).toEqual([]);
  const made = await api.send<{ digest: string }>("POST", "/api/tasks", task);
  expect(made.body.digest).toBe(checked.body.digest);

  const manifest = { name: "checked", steps: [{ step_key: "only", task_id: await putTask(api) }] };
  const digest = await api.send<{ digest: string }>("POST", "/api/manifests/check", manifest);
  expect((await api.send("GET", "/api/manifests")).body).toEqual([]);
  expect((await api.send<{ digest: string }>("POST", "/api/manifests", manifest)).body.digest).toBe(digest.body.digest);
});

test("a check reports every fault at its place, as publishing would", async () => {
  const bad = { ...task, name: "", policy: [{ name: "rule", expr: "1 +" }] };
  const [checked, refused] = await Promise.all([
    api.send<Refusal>("POST", "/api/tasks/check", bad),
    api.send<Refusal>("POST", "/api/tasks", bad),
  ]);
  expect([checked.status, refused.status]).toEqual([422, 422]);
  expect(checked.body.errors).toEqual(refused.body.errors);
  expect(checked.body.errors.map(({ pointer }) => pointer)).toEqual(expect.arrayContaining(["/name", "/policy/0/expr"]));

  const circle = [
    { step_key: "a", task_id: await putTask(api), depends_on: ["b"] },
    { step_key: "b", task_id: await putTask(api), depends_on: ["a"] },
  ];
  const manifest = await api.send<Refusal>("POST", "/api/manifests/check", { name: "circle", steps: circle });
  expect(manifest.status).toBe(422);
  expect(manifest.body.errors.some(({ detail }) => detail.includes("cycle") || detail.includes("circle"))).toBe(true);
});

interface Refusal {
  readonly errors: readonly { readonly pointer: string; readonly detail: string }[];
}
