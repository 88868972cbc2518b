import { AxeBuilder } from "@axe-core/playwright";
import type { Page } from "playwright-core";
import { apiOf } from "./api.ts";
import type { Api } from "./api.ts";
import { openBrowser } from "./browser.ts";
import type { TestBrowser } from "./browser.ts";
import { createTestDatabase } from "./database.ts";
import type { TestDatabase } from "./database.ts";
import { startServer } from "./server.ts";
import type { ReckonServer } from "./server.ts";

/** A real server with its interface built, on a database of its own, and a real browser before it. */
export interface Desk {
  readonly server: ReckonServer;
  readonly database: TestDatabase;
  readonly api: Api;
  readonly browser: TestBrowser;
  readonly close: () => Promise<void>;
}

export async function openDesk(env: Readonly<Record<string, string>> = {}): Promise<Desk> {
  const database = await createTestDatabase();
  const server = await startServer(database.url, env);
  const browser = await openBrowser();
  return {
    server,
    database,
    api: apiOf(server.url),
    browser,
    async close() {
      await browser.close();
      await server.kill("SIGTERM");
      await database.drop();
    },
  };
}

/** What axe-core finds on the page as it stands, one line each: WCAG 2.2 A and AA, and its best practices. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.target.join(" ")} (${node.failureSummary ?? ""})`));
}
