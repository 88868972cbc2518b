import { createHash } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { putManifest, sheet, startRun } from "../../test/support/api.ts";
import { closeAfterAll } from "../../test/support/close-after-all.ts";
import { axeFindings, openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";

const atEnd = closeAfterAll();
let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  atEnd(() => desk.close());
});

async function waitingUnder(contract: {
  readonly verification: string;
  readonly approvals?: { readonly required: number };
}): Promise<string> {
  const step = { step_key: "sheet", step_type: "compute", compute_contract: { ...sheet, ...contract } };
  return (await startRun(desk.api, await putManifest(desk.api, [step]))).id;
}

describe("contracts that ask for more than one person's word", () => {
  test("under four eyes another person rejects, or stands by what was attested", async () => {
    const id = await waitingUnder({ verification: "four_eyes", approvals: { required: 2 } });
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/${id}?step=sheet`);
    const attest = page.getByRole("form", { name: "Attestation" });
    const attestAs = async (name: string): Promise<void> => {
      await attest.getByLabel("Your name").fill(name);
      await attest.getByLabel("Where model is kept").fill("file:///model.csv");
      await attest.getByRole("button", { name: "Attest and resume" }).click();
    };
    await attestAs("bob");
    const verify = page.getByRole("form", { name: "Verification" });
    await verify.getByLabel("Your name").fill("bob");
    await verify.getByRole("button", { name: "Verify" }).click();
    await verify.getByRole("alert").waitFor();
    await verify.getByLabel("Your name").fill("carol");
    await verify.getByLabel("It must be attested anew").check();
    await verify.getByLabel("Reason").fill("The third column is missing.");
    expect(await axeFindings(page)).toEqual([]);
    await verify.getByRole("button", { name: "Reject" }).click();
    await attestAs("bob");
    await verify.getByLabel("Your name").fill("carol");
    await verify.getByRole("button", { name: "Verify" }).click();
    await page.getByRole("heading", { level: 1 }).locator("..").getByText("Succeeded").waitFor();
    await page.getByText("carol").first().waitFor();
    expect(complaints().filter((complaint) => !/\b4\d\d\b/.test(complaint))).toEqual([]);
    await close();
  });

  test("under artifact_upload the file itself is handed over, and hashed on both sides", async () => {
    const id = await waitingUnder({ verification: "artifact_upload" });
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/${id}?step=sheet`);
    const form = page.getByRole("form", { name: "Attestation" });
    const buffer = Buffer.from("a,b\n1,2\n");
    await form.getByLabel("Your name").fill("bob");
    await form.getByLabel("File of model").setInputFiles({ name: "model.csv", mimeType: "text/csv", buffer });
    await form.getByText(createHash("sha256").update(buffer).digest("hex")).waitFor();
    expect(await form.getByLabel("Where model is kept").inputValue()).toMatch(/^\/api\/artifacts\//);
    await form.getByRole("button", { name: "Attest and resume" }).click();
    await page.getByRole("heading", { level: 1 }).locator("..").getByText("Succeeded").waitFor();
    expect(complaints()).toEqual([]);
    await close();
  });

  test("a contract that takes signed statements only says where to sign", async () => {
    const id = await waitingUnder({ verification: "signed" });
    const { page, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/${id}?step=sheet`);
    await page.getByText(`reckon attest ${id} sheet --key KEY_FILE`).waitFor();
    await close();
  });
});
