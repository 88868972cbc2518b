import { beforeAll, describe, expect, test } from "vitest";
import type { Locator } from "playwright-core";
import { putPausingManifest } from "../../test/support/api.ts";
import { closeAfterAll } from "../../test/support/close-after-all.ts";
import { axeFindings, openDesk } from "../../test/support/desk.ts";
import type { Desk } from "../../test/support/desk.ts";

/** Replaces the text as a person does: by selecting all and pasting. */
async function write(editor: Locator, text: string): Promise<void> {
  await editor.click();
  await editor.press("Control+A");
  await editor.page().evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
  await editor.press("Control+V");
}

const atEnd = closeAfterAll();
let desk: Desk;
let manifestId: string;

beforeAll(async () => {
  desk = await openDesk();
  atEnd(() => desk.close());
  manifestId = await putPausingManifest(desk.api);
});

describe("the pages of definitions", () => {
  test("show each fault at its line while one writes, and publish what passes as the next version", async () => {
    const { page, complaints, close } = await desk.browser.open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${desk.server.url}/definitions`);
    await page.getByRole("region", { name: "Tasks" }).getByRole("link").click();
    await page.getByRole("link", { name: "Edit" }).click();
    const editor = page.getByRole("textbox", { name: /^Edit task-/ });
    await page.getByText("Passes every check").waitFor();
    const good = "name: told\nprompt_template: Say {{ params.topic }}.\nextract_schema:\n  type: object\n  additionalProperties: true\n";
    await write(editor, `${good}policy:\n  - { name: rule, expr: "1 +" }\nunknown: 1\n`);
    const faults = page.getByRole("region", { name: "Faults" });
    await faults.getByText(/^Line 7: /).waitFor();
    await faults.getByText(/^Line 8: /).waitFor();
    expect(await page.getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);

    await write(editor, "name: [");
    await faults.getByText(/^Line 1: /).waitFor();
    await write(editor, good);
    await page.getByText("Passes every check").waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("heading", { name: "told task, version 2" }).waitFor();

    await page.getByRole("link", { name: "with 1" }).click();
    await page.getByRole("heading", { name: "Version 1 against version 2" }).waitFor();
    await page.getByRole("textbox", { name: "Version 1" }).getByText("Say something about").waitFor();
    await page.getByRole("textbox", { name: "Version 2" }).getByText("additionalProperties: true").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints().filter((complaint) => !complaint.includes("422"))).toEqual([]);
    await close();
  });

  test("draw the graph of a manifest while it is written, its steps naming tasks by name", async () => {
    const { page, complaints, close } = await desk.browser.open({ permissions: ["clipboard-read", "clipboard-write"] });
    await page.goto(`${desk.server.url}/manifests/${manifestId}`);
    const graph = page.getByRole("region", { name: "Graph of the steps" });
    await graph.getByText("outside work").waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "Edit" }).click();
    const editor = page.getByRole("textbox", { name: /^Edit manifest-/ });
    await page.getByText("Passes every check").waitFor();
    await write(
      editor,
      "name: told\nsteps:\n  - { step_key: begin, task: told }\n  - { step_key: end, task: nobody, depends_on: [begin] }\n",
    );
    await page
      .getByRole("region", { name: "Faults" })
      .getByText(/^Line 4: /)
      .first()
      .waitFor();
    await graph.getByText("end", { exact: true }).waitFor();
    await write(
      editor,
      "name: told\nsteps:\n  - { step_key: begin, task: told }\n  - { step_key: end, task: told, depends_on: [begin] }\n",
    );
    await page.getByText("Passes every check").waitFor();
    await page.getByRole("button", { name: "Publish" }).click();
    await page.getByRole("heading", { name: "told manifest, version 3" }).waitFor();
    expect(complaints().filter((complaint) => !complaint.includes("422"))).toEqual([]);
    await close();
  });
});
