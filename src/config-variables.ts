/** One variable as `reckon config` shows it. */
export interface Setting {
  readonly name: string;
  /** The value in force, secrets hidden; null: not set and no default. */
  readonly value: string | null;
  readonly origin: "default" | "environment" | "flag";
}

/** One thing wrong with the environment. */
export interface ConfigIssue {
  readonly name: string;
  readonly detail: string;
}

/** Reads variables by name and keeps two lists on the way: what is in force, and what is wrong. */
export interface Reader {
  text(name: string, otherwise: string): string;
  optionalText(name: string): string | null;
  integer(name: string, range: IntegerRange): number;
  choice<const T extends string>(name: string, choices: readonly T[], otherwise: T): T;
  secret(name: string): string | null;
  /** As `secret`, but shown as a URL whose password is hidden. */
  secretUrl(name: string): string | null;
  refuse(name: string, detail: string): void;
  finish(): { readonly settings: readonly Setting[]; readonly issues: readonly ConfigIssue[] };
}

export interface IntegerRange {
  readonly otherwise: number;
  readonly min: number;
  readonly max: number;
  readonly unit?: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A reader over the environment and the flags that win over it. An empty variable counts as not set. */
export function readVariables(env: Variables, flags: Variables): Reader {
  const settings: Setting[] = [];
  const issues: ConfigIssue[] = [];
  const refuse = (name: string, detail: string): void => void issues.push({ name, detail });
  const find = (name: string): { readonly text: string; readonly origin: Setting["origin"] } | null => {
    const flag = flags[name];
    if (flag !== undefined) return { text: flag, origin: "flag" };
    const text = env[name];
    return text === undefined || text === "" ? null : { text, origin: "environment" };
  };
  const note = (name: string, value: string | null, origin: Setting["origin"] = "default"): void =>
    void settings.push({ name, value, origin });
  const shown = (name: string, show: (text: string) => string): string | null => {
    const found = find(name);
    if (found === null) note(name, null);
    else note(name, show(found.text), found.origin);
    return found?.text ?? null;
  };
  return {
    refuse,
    text(name, otherwise) {
      const found = find(name);
      note(name, found?.text ?? otherwise, found?.origin);
      return found?.text ?? otherwise;
    },
    optionalText: (name) => shown(name, (text) => text),
    integer(name, { otherwise, min, max, unit }) {
      const found = find(name);
      note(name, found?.text ?? String(otherwise), found?.origin);
      if (found === null) return otherwise;
      const value = /^[0-9]{1,9}$/.test(found.text) ? Number(found.text) : Number.NaN;
      if (value >= min && value <= max) return value;
      refuse(name, `must be a whole number from ${min} to ${max}${unit === undefined ? "" : ` ${unit}`}, found ${quoted(found.text)}`);
      return otherwise;
    },
    choice(name, choices, otherwise) {
      const found = find(name);
      note(name, found?.text ?? otherwise, found?.origin);
      if (found === null) return otherwise;
      const chosen = choices.find((choice) => choice === found.text);
      if (chosen === undefined) refuse(name, `must be one of ${choices.join(", ")}, found ${quoted(found.text)}`);
      return chosen ?? otherwise;
    },
    secret: (name) => shown(name, () => "[redacted]"),
    secretUrl: (name) => shown(name, withoutPassword),
    finish() {
      const known = settings.map((setting) => setting.name);
      return { settings, issues: [...issues, ...strangers(env, known)] };
    },
  };
}

/** A misspelt RECKONING_ variable would be obeyed by nobody and noticed by nobody: it stops the start instead. */
function strangers(env: Variables, known: readonly string[]): readonly ConfigIssue[] {
  const unknown = Object.keys(env).filter((name) => name.startsWith("RECKONING_") && !known.includes(name));
  return unknown.sort().map((name) => {
    const near = nearest(name, known);
    return { name, detail: `is not a variable of Reckoning Machine${near === null ? "" : `: did you mean ${near}?`}` };
  });
}

const typosMax = 4;

/** The known name that needs the fewest edits, if few enough to be meant. */
export function nearest(name: string, known: readonly string[]): string | null {
  const ranked = known.map((candidate) => ({ candidate, edits: editDistance(name, candidate) })).sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= typosMax ? best.candidate : null;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

const valueShownMax = 40;

function quoted(text: string): string {
  return JSON.stringify(text.length > valueShownMax ? `${text.slice(0, valueShownMax)}...` : text);
}

/** The address with its password, and any password among its parameters, hidden. What is no URL is hidden whole. */
export function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return "[redacted]";
  const url = new URL(text);
  if (url.password !== "") url.password = "redacted";
  for (const name of [...url.searchParams.keys()]) {
    if (/password|passwd|secret|sslkey/i.test(name)) url.searchParams.set(name, "redacted");
  }
  return url.href.replace(":redacted@", ":[redacted]@");
}
