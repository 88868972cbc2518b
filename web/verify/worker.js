// Checks exported runs with the code of `reckon verify`, apart from the page: that code compiles JSON Schemas to functions, which no
// page of ours may do. The server gives this worker a policy of its own (src/http/web-pages.ts), by which it can reach nothing.
import { checkExport } from "./check-export.js";

self.addEventListener("message", ({ data: { id, archive, keys } }) => {
  try {
    self.postMessage({ id, ok: true, check: checkExport(new Uint8Array(archive), keys) });
  } catch (error) {
    self.postMessage({ id, ok: false, detail: error instanceof Error ? error.message : String(error) });
  }
});
