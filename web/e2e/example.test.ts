import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReckon } from "../../test/support/server.ts";
import { axeFindings, openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";

const example = new URL("../../examples/quarterly-report/", import.meta.url);
const file = (name: string): string => fileURLToPath(new URL(name, example));

let desk: Desk;

beforeAll(async () => {
  desk = await openDesk();
  const apply = startReckon(["apply", "-f", file("workflow.yaml"), "--url", desk.server.url], {});
  if ((await apply.ended) !== 0) throw new Error(apply.output());
});

afterAll(async () => {
  await (desk as Desk | undefined)?.close();
});

describe("the example, by a person with a browser", () => {
  test("goes from the start form over inbox and attestation to a record that verifies", async () => {
    const { page, complaints, close } = await desk.browser.open();
    await page.goto(desk.server.url);
    await page.getByRole("heading", { name: "Nothing waits for anybody" }).waitFor();

    await page.getByRole("link", { name: "Start a run" }).click();
    await page.getByLabel("Manifest").selectOption({ label: "quarterly-report (version 1)" });
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("Text of document from a file").setInputFiles(file("report.txt"));
    await page.getByLabel("growth_floor_percent").fill("0.5");
    await page.getByLabel("quarter", { exact: true }).fill("2009-Q3");
    await page.getByRole("button", { name: "Start the run" }).click();
    // The server refuses what the form let through, and says it at its place.
    await page
      .getByText(/pattern/)
      .first()
      .waitFor();
    expect(await page.getByLabel("quarter", { exact: true }).getAttribute("aria-invalid")).toBe("true");
    expect(await axeFindings(page)).toEqual([]);
    await page.getByLabel("quarter", { exact: true }).fill("2009Q3");
    await page.getByRole("button", { name: "Start the run" }).click();
    await page.getByText("The run waits for a person").waitFor();
    const runId = new URL(page.url()).pathname.split("/").at(-1) ?? "";

    await page.getByRole("link", { name: "Inbox", exact: true }).click();
    const todo = page.getByRole("region", { name: "To be done" }).getByRole("listitem");
    await todo.getByText("projection.csv", { exact: true }).waitFor();
    await todo.getByText("Due in 23 h").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await todo.getByRole("link", { name: /^Attest/ }).click();

    const form = page.getByRole("form", { name: "Attestation" });
    expect(await form.getByLabel("Your name").inputValue()).toBe("Ada Lovelace");
    await form.getByLabel("File of projection.csv").setInputFiles(file("projection.csv"));
    const sha256 = createHash("sha256")
      .update(readFileSync(file("projection.csv")))
      .digest("hex");
    await form.getByText(sha256).waitFor();
    await form.getByLabel("next_quarter").fill("2009Q4");
    await form.getByLabel("projected_real_gdp").fill("12908.669");
    await form.getByLabel("annualized_growth_percent").fill("-2.491");
    expect(await axeFindings(page)).toEqual([]);
    await form.getByRole("button", { name: "Attest and resume" }).click();

    await page.getByRole("heading", { level: 1 }).locator("..").getByText("Succeeded").waitFor();
    await page.getByRole("complementary", { name: "Step spreadsheet_model" }).getByText(sha256).first().waitFor();
    await page.getByRole("link", { name: "memo", exact: true }).click();
    const memo = page.getByRole("complementary", { name: "Step memo" });
    await memo.getByText("memo_cites_the_spreadsheet").waitFor();
    await memo.getByText("Prompt", { exact: true }).click();
    await memo
      .getByRole("region", { name: "Prompt" })
      .getByText(/12908\.669 for 2009Q4/)
      .waitFor();

    await page.getByRole("link", { name: /^Ledger \(/ }).click();
    await page.getByText("The chain holds.").waitFor();
    await page.getByText("Attestation submitted").click();
    await page
      .getByRole("region", { name: /^Exact bytes of entry/ })
      .getByText("attestation.submitted")
      .waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints()).toEqual(["error: Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)"]);
    await close();

    const verify = startReckon(["verify", runId], { DATABASE_URL: desk.database.url });
    expect(await verify.ended, verify.output()).toBe(0);
  });

  test("ends when a person attests failure, and when one cancels", async () => {
    const params = { quarter: "2009Q3", document: readFileSync(file("report.txt"), "utf8"), growth_floor_percent: 0.5 };
    const [manifest] = (await desk.api.send("GET", "/api/manifests")).body as unknown as readonly { readonly id: string }[];
    const start = async (): Promise<string> => {
      const started = await desk.api.send(
        "POST",
        "/api/runs",
        { manifest_id: manifest?.id ?? "", run_params: params },
        { prefer: "wait=30" },
      );
      return (started.body as unknown as { readonly id: string }).id;
    };
    const { page, close } = await desk.browser.open();
    await page.goto(`${desk.server.url}/runs/${await start()}?step=spreadsheet_model`);
    const form = page.getByRole("form", { name: "Attestation" });
    await form.getByLabel("Your name").fill("Grace Hopper");
    await form.getByLabel("Failure: the run ends").check();
    await form.getByLabel("Notes").fill("The sheet does not open.");
    await form.getByRole("button", { name: "Attest failure and end the run" }).click();
    await page.getByText("The run failed at").waitFor();
    await page.getByRole("row", { name: /memo.*Skipped/ }).waitFor();

    await page.goto(`${desk.server.url}/runs/${await start()}`);
    await page.getByRole("button", { name: "Cancel the run" }).click();
    const dialog = page.getByRole("dialog", { name: "Cancel this run?" });
    expect(await dialog.getByLabel("Your name").inputValue()).toBe("Grace Hopper");
    await dialog.getByLabel("Reason").fill("Started by mistake.");
    expect(await axeFindings(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Cancel the run for good" }).click();
    await page.getByRole("heading", { level: 1 }).locator("..").getByText("Cancelled").waitFor();
    await page.getByRole("link", { name: "Start another like it" }).click();
    await expect.poll(() => page.getByLabel("quarter", { exact: true }).inputValue()).toBe("2009Q3");
    await close();
  });
});
