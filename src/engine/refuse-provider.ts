import type { Failure } from "../domain/failure.ts";
import type { Provider } from "../domain/task.ts";

/** The failure of an attempt whose provider has no client where the run is advanced; a replay knows it by these words. */
export function noClientFailure(provider: Provider): Failure {
  return { code: "request_refused", detail: `no client for provider ${provider} is configured where the run was advanced` };
}
