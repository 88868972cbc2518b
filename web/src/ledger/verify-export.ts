// The check itself is the program's own (`reckoning-machine/verify`), in a worker that can reach nothing. These are the parts of its
// answer that are shown.

export interface Finding {
  readonly seq: number | null;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

interface Checked {
  readonly runId: string;
  readonly entries: number;
  /** Keys that were brought along signed for the whole record; else it is at most consistent in itself. */
  readonly isAuthentic: boolean;
  readonly seal: {
    readonly seq: number;
    readonly index: number;
    readonly size: number;
    readonly origin: string;
    readonly signedBy: readonly string[];
    readonly witnessedBy: readonly { readonly name: string }[];
  } | null;
  readonly absent: readonly { readonly seq: number; readonly n: number; readonly role: string }[];
  readonly notes: readonly string[];
}

export type ExportCheck =
  | { readonly outcome: "unreadable"; readonly fault: { readonly file: string; readonly expected: string; readonly found: string } }
  | ({ readonly outcome: "wrong"; readonly findings: readonly Finding[] } & Checked)
  | ({ readonly outcome: "verified" | "withheld" | "open" } & Checked);

type Answer = { readonly id: number } & (
  | { readonly ok: true; readonly check: ExportCheck }
  | { readonly ok: false; readonly detail: string }
);

const workerAddress = "/verify/worker.js";

interface TrustedTypes {
  readonly createPolicy: (
    name: string,
    rules: { readonly createScriptURL: () => string },
  ) => { readonly createScriptURL: (text: string) => string };
}

let trusted: string | null = null;

/** The worker's address as a thing that the page's policy trusts; it can be no other, whatever is asked for. */
function trustedAddress(): string {
  const types: TrustedTypes | undefined = (globalThis as { readonly trustedTypes?: TrustedTypes }).trustedTypes;
  trusted ??=
    types === undefined
      ? workerAddress
      : types.createPolicy("reckoning-worker", { createScriptURL: () => workerAddress }).createScriptURL("");
  return trusted;
}

let worker: Worker | null = null;
let asked = 0;

/** Loads the verifier before it is needed, so that a check takes no connection. */
export function prepareVerifier(): Worker {
  worker ??= new Worker(trustedAddress(), { type: "module" });
  return worker;
}

/** Checks an exported run as `reckon verify FILE --key KEY` does. Nothing leaves the browser. */
export async function verifyExport(archive: ArrayBuffer, keys: readonly string[]): Promise<ExportCheck> {
  const verifier = prepareVerifier();
  asked += 1;
  const id = asked;
  const done = new AbortController();
  try {
    const answer = await new Promise<Answer>((resolve, reject) => {
      const { signal } = done;
      verifier.addEventListener("message", ({ data }: MessageEvent<Answer>) => data.id === id && resolve(data), { signal });
      verifier.addEventListener("error", () => reject(new Error("The verifier could not be loaded.")), { signal });
      verifier.postMessage({ id, archive, keys });
    });
    if (!answer.ok) throw new Error(answer.detail);
    return answer.check;
  } catch (error) {
    // A worker that could not start never will; the next check tries a new one.
    verifier.terminate();
    worker = null;
    throw error;
  } finally {
    done.abort();
  }
}
