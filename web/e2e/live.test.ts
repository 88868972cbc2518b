import { beforeAll, describe, expect, test } from "vitest";
import { apiOf, putChain, putManifest, putTask, startRun } from "../../test/support/api.ts";
import { closeAfterAll } from "../../test/support/close-after-all.ts";
import { openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";
import { startFakeProvider } from "../../test/support/fake-provider.ts";
import type { FakeProvider } from "../../test/support/fake-provider.ts";
import { startServer } from "../../test/support/server.ts";
import { until } from "../../test/support/until.ts";

const good = { answer: "rain falls", score: 7 };
const anyText = { type: "object", properties: { answer: { type: "string" } }, required: ["answer"] };
const atEnd = closeAfterAll();
let provider: FakeProvider;
let desk: Desk;

function environment(): Record<string, string> {
  return { LLM_PROVIDER: "openai", LLM_MODEL: "fake", LLM_BASE_URL: provider.baseUrl, LLM_API_KEY: "k", RECKONING_LEASE_SECONDS: "2" };
}

beforeAll(async () => {
  provider = await startFakeProvider({ answer: { kind: "ok", output: good } });
  atEnd(() => provider.close());
  desk = await openDesk(environment());
  atEnd(() => desk.close());
});

describe("a page that is looked at", () => {
  test("goes on by itself when the server is killed and comes back: no line lost, none doubled", async () => {
    const { page, close } = await desk.browser.open();
    const manifest = await putChain(desk.api, 3);
    const before = provider.calls.length;
    provider.script({ kind: "ok", output: good }, { kind: "hang" });
    const { id } = await startRun(desk.api, manifest, 0);
    await until("the second call is under way", 20_000, () => provider.calls.length === before + 2);
    await page.goto(`${desk.server.url}/runs/${id}?tab=ledger`);
    const lines = page.getByRole("region", { name: "Ledger of the run" }).getByRole("listitem");
    await expect.poll(() => lines.count()).toBe((await desk.api.entries(id)).length);
    await page.getByText("Live", { exact: true }).waitFor();

    await desk.server.kill("SIGKILL");
    await page.getByRole("alert").getByText("The server cannot be reached").waitFor();
    const second = await startServer(desk.database.url, environment(), new URL(desk.server.url).port);
    atEnd(() => second.kill("SIGTERM"));

    await page.getByRole("heading", { level: 1 }).locator("..").getByText("Succeeded").waitFor();
    await page.getByText("The chain holds.").waitFor();
    const entries = await apiOf(second.url).entries(id);
    await expect.poll(() => lines.count()).toBe(entries.length);
    expect(await lines.locator(".entry-seq").allInnerTexts()).toEqual(entries.map(({ seq }) => String(seq)));
    expect(await page.getByRole("alert").count()).toBe(0);
    await close();
  });

  test("says of a failed run what failed, which rule said no, and what to do", async () => {
    const { page, complaints, close } = await desk.browser.open();
    provider.script({ kind: "ok", output: { answer: "rain falls", score: 700 } });
    const { id } = await startRun(desk.api, await putChain(desk.api, 2));
    await page.goto(`${desk.server.url}/runs/${id}?step=s0`);
    await page.getByText("The run failed at s0: the answer breaks its contract.").waitFor();
    await page.getByText("Either the prompt or the contract needs a new version.").first().waitFor();
    const panel = page.getByRole("complementary", { name: "Step s0" });
    await panel.getByRole("listitem").filter({ hasText: "output_matches_contract" }).getByText("Fail").waitFor();
    await page.getByRole("row", { name: /s1.*Skipped.*because s0 failed/ }).waitFor();
    expect(complaints()).toEqual([]);
    await close();
  });

  test("shows what a hostile model wrote as text, and stays quick", async () => {
    const attack = `<script>document.title="owned"</script><img src=x onerror="document.title='owned'">`;
    const answer = `${attack}\u202Etxt.exe\u2066\u200B${"x".repeat(1_000_000)}`;
    provider.script({ kind: "ok", output: { answer }, rationale: { version: "1", summary: attack, nodes: [{ [attack]: attack }] } });
    const task_id = await putTask(desk.api, { extract_schema: anyText });
    const { id } = await startRun(desk.api, await putManifest(desk.api, [{ step_key: "first", task_id }]));
    const { page, complaints, close } = await desk.browser.open();
    page.on("dialog", () => expect.fail("a dialog was opened"));
    const startMs = performance.now();
    await page.goto(`${desk.server.url}/runs/${id}?step=first`);
    const output = page.getByRole("region", { name: "Canonical output" });
    await output.getByText(attack).waitFor();
    expect(performance.now() - startMs).toBeLessThan(10_000);
    for (const hidden of ["U+202E", "U+2066", "U+200B"]) await output.getByText(hidden, { exact: true }).waitFor();
    await page.getByText(/^Raw reply/).click();
    await page
      .getByRole("region", { name: /^Raw reply/ })
      .getByText("onerror")
      .waitFor();
    await page.getByRole("button", { name: /^Show all 1,00\d,\d{3} characters/ }).click();
    await expect.poll(async () => (await page.getByRole("region", { name: /^Raw reply/ }).innerText()).length).toBeGreaterThan(1_000_000);
    expect(await page.locator("main img, main script").count()).toBe(0);
    expect(await page.title()).not.toBe("owned");
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(1440);
    expect(complaints()).toEqual([]);
    await close();
  });

  test("draws a graph of 200 steps, with all of them in the table too", async () => {
    const task_id = await putTask(desk.api);
    const steps = [...Array<undefined>(200).keys()].map((at) => ({
      step_key: `step_${at}`,
      task_id,
      depends_on:
        at < 10 ? [] : [`step_${at - 10}`, `step_${Math.floor(at / 10) * 10 - 10}`].filter((key, place, all) => all.indexOf(key) === place),
    }));
    const { id } = await startRun(desk.api, await putManifest(desk.api, steps, { max_parallel: 16 }), 60);
    const { page, complaints, close } = await desk.browser.open();
    const startMs = performance.now();
    await page.goto(`${desk.server.url}/runs/${id}`);
    await page.getByRole("button", { name: /^step_0\s*, task, Succeeded/ }).waitFor();
    expect(performance.now() - startMs).toBeLessThan(15_000);
    expect(await page.getByRole("row").count()).toBe(201);
    await page.getByRole("link", { name: "step_199", exact: true }).click();
    await page.getByRole("complementary", { name: "Step step_199" }).getByText("rain falls").waitFor();
    expect(complaints()).toEqual([]);
    await close();
  });
});
