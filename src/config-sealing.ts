import { Secret } from "./domain/secret.ts";
import type { Reader } from "./config-variables.ts";

/** The sealed log: who seals, who signs, and where its checkpoints are kept outside the database. */
export interface SealingConfig {
  readonly seals: boolean;
  /** Null: the log is sealed and not signed. */
  readonly key: { readonly file: string } | { readonly text: Secret } | null;
  /** Where the signer keeps what it signed last. */
  readonly stateFile: string;
  readonly anchorFile: string | null;
  readonly anchorUrl: string | null;
  /** Verifier keys and addresses as they were written. */
  readonly witnesses: readonly { readonly vkey: string; readonly url: string }[];
  readonly quorum: number;
}

const witnessesMax = 16;

/** `folder`: where `reckon dev` keeps key and anchor when none is named; null for all others, which then have none. */
export function sealingOf(reader: Reader, folder: string | null): SealingConfig {
  const file = (name: string, otherwise: string): string | null =>
    folder === null ? reader.optionalText(name) : reader.text(name, `${folder}/${otherwise}`);
  const text = reader.secret("RECKONING_LOG_KEY");
  const keyFile = text === null ? file("RECKONING_LOG_KEY_FILE", "log.key") : reader.optionalText("RECKONING_LOG_KEY_FILE");
  const stateFile = reader.optionalText("RECKONING_LOG_STATE_FILE");
  if (text !== null && keyFile !== null) reader.refuse("RECKONING_LOG_KEY", "is set beside RECKONING_LOG_KEY_FILE: one key, one place");
  // Beside a key without a file there is no "beside"; and what was signed last must survive the process.
  if (text !== null && stateFile === null)
    reader.refuse("RECKONING_LOG_STATE_FILE", "is not set, and RECKONING_LOG_KEY needs it: a file for the last signed checkpoint");
  const witnesses = witnessesOf(reader);
  return {
    seals: reader.choice("RECKONING_SEALER", ["on", "off"] as const, "on") === "on",
    key: text !== null ? { text: new Secret(text) } : keyFile === null ? null : { file: keyFile },
    stateFile: stateFile ?? `${keyFile ?? ""}.signed`,
    anchorFile: file("RECKONING_ANCHOR_FILE", "anchor.jsonl"),
    anchorUrl: addressOf(reader, "RECKONING_ANCHOR_URL"),
    witnesses,
    quorum: reader.integer("RECKONING_WITNESS_QUORUM", { otherwise: witnesses.length, min: 0, max: witnesses.length, unit: "witnesses" }),
  };
}

/** `VKEY URL`, several with commas or line ends between them. */
function witnessesOf(reader: Reader): SealingConfig["witnesses"] {
  const parts = (reader.optionalText("RECKONING_WITNESSES") ?? "").split(/[,\n]/).map((part) => part.trim());
  const witnesses = parts
    .filter((part) => part !== "")
    .map((part) => {
      const [vkey, url, ...rest] = part.split(/\s+/);
      if (vkey === undefined || url === undefined || rest.length > 0 || !isAddress(url))
        reader.refuse("RECKONING_WITNESSES", `must be "VERIFIER_KEY ADDRESS", several with commas between them, found "${part}"`);
      return { vkey: vkey ?? "", url: (url ?? "").replace(/\/+$/, "") };
    });
  if (witnesses.length > witnessesMax) reader.refuse("RECKONING_WITNESSES", `names more than ${witnessesMax} witnesses`);
  return witnesses;
}

function addressOf(reader: Reader, name: string): string | null {
  const text = reader.optionalText(name);
  if (text !== null && !isAddress(text)) reader.refuse(name, "is not an http:// or https:// address without user name and password");
  return text;
}

function isAddress(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" && url.password === "";
}
