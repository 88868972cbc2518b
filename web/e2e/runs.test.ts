import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { putPausingManifest, startRun } from "../../test/support/api.ts";
import { axeFindings, openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";

let desk: Desk;
let runId: string;

beforeAll(async () => {
  desk = await openDesk();
  runId = (await startRun(desk.api, await putPausingManifest(desk.api))).id;
});

afterAll(async () => {
  await (desk as Desk | undefined)?.close();
});

describe("the pages of runs", () => {
  test("lead from the list to a step, all of it in the address", async () => {
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs`);
    await page.getByRole("navigation", { name: "Runs by status" }).getByRole("link", { name: "Waiting" }).click();
    await page
      .getByRole("row", { name: /Waiting.*sheet/ })
      .getByRole("link")
      .click();
    await page.getByRole("button", { name: /^first\s*, task, Succeeded/ }).click();
    const panel = page.getByRole("complementary", { name: "Step first" });
    await panel.getByRole("region", { name: "Canonical output" }).getByText("answer").waitFor();
    await panel.getByText("Rationale", { exact: true }).waitFor();
    await panel.getByText("Raw reply").click();
    await panel.getByRole("region", { name: /Raw reply/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/runs/${runId}`);
    expect(new URL(page.url()).search).toBe("?step=first");

    await page.reload();
    await panel.getByRole("heading", { name: "first" }).waitFor();
    expect(complaints()).toEqual([]);
    await close();
  });

  test("hold nothing that axe-core objects to, light and wide, dark and narrow", async () => {
    const looks = [
      { colorScheme: "light", width: 1440 },
      { colorScheme: "dark", width: 360 },
    ] as const;
    for (const { colorScheme, width } of looks) {
      const { page, close } = await desk.browser.open({ colorScheme, viewport: { width, height: 800 } });
      await page.goto(`${desk.server.url}/runs`);
      await page.getByRole("table").waitFor();
      expect(await axeFindings(page)).toEqual([]);
      await page.goto(`${desk.server.url}/runs/${runId}?step=first`);
      await page.getByRole("button", { name: /^sheet\s*, / }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      await close();
    }
  });

  test("narrow the list by person and day, and show the last days in numbers", async () => {
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs`);
    await page.getByRole("img", { name: /^Runs by day: / }).waitFor();
    const rows = page.getByRole("table").getByRole("row");
    await rows.nth(1).waitFor();
    await page.getByLabel("Started by").fill("nobody");
    await page.getByLabel("Started by").press("Enter");
    await page.getByRole("heading", { name: "No run matches" }).waitFor();
    await page.getByLabel("Started by").fill("alice");
    await page.getByLabel("Started by").press("Enter");
    await rows.nth(1).waitFor();
    await page.getByLabel("From", { exact: true }).fill("2100-01-01");
    await page.getByRole("heading", { name: "No run matches" }).waitFor();
    expect(Object.fromEntries(new URL(page.url()).searchParams)).toEqual({ by: "alice", from: "2100-01-01" });
    await page.getByRole("link", { name: "Show all runs" }).click();
    await rows.nth(1).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints()).toEqual([]);
    await close();
  });

  test("compare two runs step by step", async () => {
    const second = await startRun(desk.api, (await desk.api.run(runId)).manifest_id);
    const fail = { attested_by: "bob", outcome: "FAIL", notes: "it does not open" };
    await desk.api.send("POST", `/api/runs/${second.id}/steps/${second.waiting_for?.step_run_id}/attest`, fail);
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/${runId}`);
    await page.getByRole("link", { name: "Compare" }).click();
    await page.getByLabel("Second run").getByRole("textbox").fill(`${desk.server.url}/runs/${second.id}`);
    await page.getByLabel("Second run").getByRole("button", { name: "Show" }).click();
    await page.getByText("They part in 2 of 3 steps.").waitFor();
    await page.getByRole("row", { name: /^first Succeeded Succeeded none/ }).waitFor();
    await page
      .getByRole("row", { name: /^sheet Waiting for attestation Failed/ })
      .getByRole("link")
      .click();
    await page.getByRole("textbox", { name: "sheet in the second run" }).getByText("it does not open").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints()).toEqual([]);
    await close();
  });

  test("say what is wrong when there is no such run, and when there is no such page", async () => {
    const { page, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/0190b2c4-0000-7000-8000-000000000000`);
    await page.getByRole("alert").getByText("there is no run").waitFor();
    await page.goto(`${desk.server.url}/runs/a/b/c`);
    await page.getByRole("heading", { name: "There is no such page" }).waitFor();
    await close();
  });
});
