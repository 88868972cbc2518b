import sparticuz from "@sparticuz/chromium";
import { chromium } from "playwright-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

export interface TestPage {
  readonly page: Page;
  /** What the page complained of: refused by its policy, thrown, or written to the console as an error. */
  readonly complaints: () => readonly string[];
  readonly close: () => Promise<void>;
}

export interface TestBrowser {
  readonly open: (options?: BrowserContextOptions) => Promise<TestPage>;
  readonly close: () => Promise<void>;
}

/** The browser that npm brought. Its own flags but for the sandbox, which root cannot have: what the policy forbids must stay forbidden. */
const flags = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--font-render-hinting=none"];

export async function openBrowser(): Promise<TestBrowser> {
  const browser: Browser = await chromium.launch({ executablePath: await sparticuz.executablePath(), args: flags });
  return {
    async open(options = {}) {
      const context = await browser.newContext({
        viewport: { width: 1440, height: 900 },
        locale: "en-GB",
        timezoneId: "Europe/Berlin",
        ...options,
      });
      const page = await context.newPage();
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(`thrown: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") complaints.push(`${message.type()}: ${message.text()}`);
      });
      return { page, complaints: () => complaints, close: () => context.close() };
    },
    close: () => browser.close(),
  };
}
