import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { webClient } from "../scripts/web-client/web-client.ts";
import type { OpenApi } from "../scripts/web-client/web-client.ts";

const root = new URL("../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");

test("the web interface's client is the one that the published interface gives", () => {
  expect(read("web/src/api/generated.ts"), "run `npm run web:client`").toBe(webClient(JSON.parse(read("openapi.json")) as OpenApi));
});
