import type { TestProject } from "vitest/node";
import { provideTemplate } from "./global-setup.ts";
import { oldestPgBin } from "./oldest-postgres.ts";

/** The oldest PostgreSQL that npm offers for this platform. */
export function setup(project: TestProject): Promise<() => Promise<void>> {
  return provideTemplate(project, oldestPgBin());
}
