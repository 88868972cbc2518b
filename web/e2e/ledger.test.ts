import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { putChain, startRun } from "../../test/support/api.ts";
import { closeAfterAll } from "../../test/support/close-after-all.ts";
import { axeFindings, openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";

const atEnd = closeAfterAll();
const vector = (name: string): string => fileURLToPath(new URL(`../../test/vectors/run-export/${name}`, import.meta.url));
const keys = readFileSync(vector("keys.txt"), "utf8");
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  atEnd(() => desk.close());
});

describe("the auditor's window", () => {
  test("checks a run whole, in the browser, with the code of reckon verify", async () => {
    const { id } = await startRun(desk.api, await putChain(desk.api, 2));
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/${id}?tab=ledger`);
    await page.getByRole("button", { name: "Verify everything in this browser" }).click();
    await page.getByText("The whole record verifies and is consistent in itself.").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints()).toEqual([]);
    await close();
  });

  test("shows the sealed log, and checks exports that somebody brings along, without a connection", async () => {
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/ledger`);
    await page.getByRole("region", { name: "Sealed log" }).getByText("reckoning-machine/local").waitFor();
    const check = page.getByRole("region", { name: "Check an exported run" });
    await check.getByLabel("Exported run (.tar)").setInputFiles(vector("sealed.tar"));
    await check.getByText("No key you gave has signed for it.").waitFor();

    await page.context().setOffline(true);
    await check.getByLabel("Keys you trust").fill(keys);
    await check.getByLabel("Exported run (.tar)").setInputFiles(vector("sealed.tar"));
    await check.getByText("The whole record verifies, and a key you trust signed for it.").waitFor();
    await check.getByText("witnessed by witness.example/w1").waitFor();
    await check.getByLabel("Exported run (.tar)").setInputFiles(vector("withheld.tar"));
    await check.getByText(/^reply .*: erased or withheld$/).waitFor();
    await check.getByLabel("Exported run (.tar)").setInputFiles(vector("backdated.tar"));
    await check
      .getByRole("alert")
      .getByText(/^The record does not verify/)
      .waitFor();
    await check.getByText(/proof: inclusion/).waitFor();
    await check.getByLabel("Exported run (.tar)").setInputFiles(vector("cut-short.tar"));
    await check.getByText("This is not an exported run.").waitFor();
    await check.getByLabel("Keys you trust").fill("not a key");
    await check.getByLabel("Exported run (.tar)").setInputFiles(vector("sealed.tar"));
    await check.getByText("not a key is not a verifier key").waitFor();
    await page.context().setOffline(false);
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints().filter((complaint) => !complaint.includes("ERR_INTERNET_DISCONNECTED"))).toEqual([]);
    await close();
  });
});
