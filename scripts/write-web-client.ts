// `npm run web:client`: writes the types and routes of the web interface's client from openapi.json.

import { readFileSync, writeFileSync } from "node:fs";
import { webClient } from "./web-client/web-client.ts";
import type { OpenApi } from "./web-client/web-client.ts";

const root = new URL("../", import.meta.url);
const document = JSON.parse(readFileSync(new URL("openapi.json", root), "utf8")) as OpenApi;
writeFileSync(new URL("web/src/api/generated.ts", root), webClient(document));
