// Writes openapi.json from the schemas that the server checks requests against.

import { writeFileSync } from "node:fs";
import { makeOpenApi, openApiText } from "./openapi.ts";

writeFileSync(new URL("../openapi.json", import.meta.url), openApiText(await makeOpenApi()));
