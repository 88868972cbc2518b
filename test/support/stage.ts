import { startFakeProvider } from "./fake-provider.ts";
import type { Stage } from "./run-kinds.ts";
import { startServer } from "./server.ts";

/** A server over `databaseUrl` and a scripted provider, for whoever wants runs of every kind. */
export async function setStage(
  databaseUrl: string,
  more: Readonly<Record<string, string>> = {},
): Promise<Stage & { readonly close: () => Promise<void> }> {
  const provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "rain falls", score: 7 } } });
  const environment = {
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: "sk-canary-0123456789",
    RECKONING_LEASE_SECONDS: "2",
    ...more,
  };
  let server = await startServer(databaseUrl, environment);
  return {
    provider,
    server: () => server,
    async restart() {
      await server.kill("SIGKILL");
      server = await startServer(databaseUrl, environment);
    },
    async close() {
      await server.kill("SIGTERM");
      await provider.close();
    },
  };
}
