import { beforeAll, expect, test } from "vitest";
import { putPausingManifest, startRun } from "../../test/support/api.ts";
import { closeAfterAll } from "../../test/support/close-after-all.ts";
import { axeFindings, openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";
import { apiAs, createToken } from "../../test/support/tokens.ts";

const atEnd = closeAfterAll();
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk({ RECKONING_AUTH: "on" });
  atEnd(() => desk.close());
});

test("where people must say who they are, a token lets in, and its name goes on record", async () => {
  const alice = await createToken(desk.database.url, "alice", ["author", "runner", "attestor"]);
  const api = apiAs(desk.server.url, alice);
  const { id } = await startRun(api, await putPausingManifest(api));
  const { page, close } = await desk.browser.open();
  await page.goto(`${desk.server.url}/runs/${id}?step=sheet`);
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel("API token").fill(`rm_${"0".repeat(10)}_nobody`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("alert").getByText("lets nobody in").waitFor();
  await page.getByLabel("API token").fill(alice.text);
  await page.getByRole("button", { name: "Sign in" }).click();

  const form = page.getByRole("form", { name: "Attestation" });
  await form.getByText("As alice, on record.").waitFor();
  await page.getByText("Live", { exact: true }).waitFor();
  await form.getByLabel("Where model is kept").fill("file:///model.csv");
  await form.getByRole("button", { name: "Attest and resume" }).click();
  await page.getByRole("heading", { level: 1 }).locator("..").getByText("Succeeded").waitFor();
  await page.getByText("attested by alice").waitFor();

  const saved = page.waitForEvent("download");
  await page.getByRole("link", { name: "Export" }).click();
  expect((await saved).suggestedFilename()).toBe(`${id}.tar`);

  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  expect(await page.getByText("attested by alice").count()).toBe(0);
  await close();
});
