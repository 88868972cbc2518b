/** A piece of a regular expression of the linear-time subset: no look-around, no back-reference. */
export type Piece =
  | { readonly type: "characters"; readonly has: (character: string) => boolean; readonly examples: readonly string[] }
  | { readonly type: "sequence"; readonly items: readonly Piece[] }
  | { readonly type: "choice"; readonly options: readonly Piece[] }
  | { readonly type: "repeat"; readonly item: Piece; readonly min: number; readonly max: number }
  | { readonly type: "start" }
  | { readonly type: "end" }
  | { readonly type: "boundary"; readonly negated: boolean };

/** Largest count in `{n,m}`, as in RE2. */
const repeatMax = 1000;
/** Longest pattern and deepest nesting of groups that are read. */
const sourceLengthMax = 4096;
const groupDepthMax = 32;

/** The pattern's pieces, or null for one that is malformed or outside the subset. */
export function parsePattern(source: string): Piece | null {
  if (source.length > sourceLengthMax) return null;
  const reader: Reader = { source: Array.from(source), at: 0, depth: 0 };
  const piece = readChoice(reader);
  return piece !== null && reader.at === reader.source.length ? piece : null;
}

interface Reader {
  readonly source: readonly string[];
  at: number;
  depth: number;
}

type Has = (character: string) => boolean;

function readChoice(reader: Reader): Piece | null {
  const options: Piece[] = [];
  do {
    const option = readSequence(reader);
    if (option === null) return null;
    options.push(option);
  } while (take(reader, "|"));
  return options.length === 1 ? (options[0] ?? null) : { type: "choice", options };
}

function readSequence(reader: Reader): Piece | null {
  const items: Piece[] = [];
  for (;;) {
    const next = reader.source[reader.at];
    if (next === undefined || next === "|" || next === ")") return { type: "sequence", items };
    const item = readAtom(reader);
    if (item === null) return null;
    const repeated = readRepeat(reader, item);
    if (repeated === null) return null;
    items.push(repeated);
  }
}

function readRepeat(reader: Reader, item: Piece): Piece | null {
  const counts = readCounts(reader);
  if (counts === null) return item;
  if (counts === "malformed" || item.type === "start" || item.type === "end" || item.type === "boundary") return null;
  // Lazy and greedy match the same texts.
  take(reader, "?");
  return { type: "repeat", item, ...counts };
}

function readCounts(reader: Reader): { readonly min: number; readonly max: number } | "malformed" | null {
  if (take(reader, "*")) return { min: 0, max: Number.MAX_SAFE_INTEGER };
  if (take(reader, "+")) return { min: 1, max: Number.MAX_SAFE_INTEGER };
  if (take(reader, "?")) return { min: 0, max: 1 };
  if (!take(reader, "{")) return null;
  const close = reader.source.indexOf("}", reader.at);
  const counts = /^([0-9]{1,4})(,([0-9]{1,4})?)?$/.exec(close === -1 ? "" : reader.source.slice(reader.at, close).join(""));
  if (counts === null) return "malformed";
  reader.at = close + 1;
  const min = Number(counts[1]);
  const max = counts[2] === undefined ? min : counts[3] === undefined ? Number.MAX_SAFE_INTEGER : Number(counts[3]);
  return min > repeatMax || max < min || (counts[3] !== undefined && max > repeatMax) ? "malformed" : { min, max };
}

function readAtom(reader: Reader): Piece | null {
  const character = reader.source[reader.at] ?? "";
  reader.at += 1;
  switch (character) {
    case "^":
      return { type: "start" };
    case "$":
      return { type: "end" };
    case ".":
      return characters((candidate) => !/^[\n\r\u2028\u2029]$/.test(candidate));
    case "(":
      return readGroup(reader);
    case "[":
      return readClass(reader);
    case "\\":
      return readEscape(reader);
    case "*":
    case "+":
    case "?":
    case "{":
    case "}":
    case "]":
      return null;
    default:
      return literal(character);
  }
}

function readGroup(reader: Reader): Piece | null {
  if (take(reader, "?") && !take(reader, ":")) {
    take(reader, "P");
    const close = reader.source.indexOf(">", reader.at);
    if (!take(reader, "<") || close === -1 || !/^[A-Za-z_]\w*$/.test(reader.source.slice(reader.at, close).join(""))) return null;
    reader.at = close + 1;
  }
  reader.depth += 1;
  if (reader.depth > groupDepthMax) return null;
  const piece = readChoice(reader);
  reader.depth -= 1;
  return piece !== null && take(reader, ")") ? piece : null;
}

function readEscape(reader: Reader): Piece | null {
  const next = reader.source[reader.at];
  if (next === "b" || next === "B") {
    reader.at += 1;
    return { type: "boundary", negated: next === "B" };
  }
  const escaped = readEscaped(reader);
  if (escaped === null) return null;
  return typeof escaped === "string" ? literal(escaped) : characters(escaped);
}

const controls: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["f", "\f"],
  ["v", "\v"],
  ["0", "\0"],
]);
const shorthands: ReadonlyMap<string, Has> = new Map([
  ["d", (candidate: string) => /^[0-9]$/.test(candidate)],
  ["D", (candidate: string) => !/^[0-9]$/.test(candidate)],
  ["w", (candidate: string) => /^[A-Za-z0-9_]$/.test(candidate)],
  ["W", (candidate: string) => !/^[A-Za-z0-9_]$/.test(candidate)],
  ["s", (candidate: string) => /^\s$/.test(candidate)],
  ["S", (candidate: string) => !/^\s$/.test(candidate)],
]);

/** What stands after a backslash: one character, or a set of them. */
function readEscaped(reader: Reader): string | Has | null {
  const character = reader.source[reader.at];
  if (character === undefined) return null;
  reader.at += 1;
  const shorthand = shorthands.get(character);
  if (shorthand !== undefined) return shorthand;
  if (character === "p" || character === "P") return readProperty(reader, character === "P");
  if (character === "x") return readHex(reader, /^[0-9a-fA-F]{2}/) ?? readBraced(reader);
  if (character === "u") return readHex(reader, /^[0-9a-fA-F]{4}/) ?? readBraced(reader);
  const control = controls.get(character);
  if (control !== undefined) return control;
  return /^[^A-Za-z0-9]$/u.test(character) ? character : null;
}

function readHex(reader: Reader, form: RegExp): string | null {
  const digits = form.exec(reader.source.slice(reader.at, reader.at + 4).join(""))?.[0];
  if (digits === undefined) return null;
  reader.at += digits.length;
  return String.fromCodePoint(Number.parseInt(digits, 16));
}

function readBraced(reader: Reader): string | null {
  const digits = /^\{([0-9a-fA-F]{1,6})\}/.exec(reader.source.slice(reader.at, reader.at + 8).join(""));
  const code = Number.parseInt(digits?.[1] ?? "", 16);
  if (digits === null || Number.isNaN(code) || code > 0x10ffff) return null;
  reader.at += digits[0].length;
  return String.fromCodePoint(code);
}

function readProperty(reader: Reader, negated: boolean): Has | null {
  const close = reader.source.indexOf("}", reader.at);
  if (!take(reader, "{") || close === -1) return null;
  const name = reader.source.slice(reader.at, close).join("");
  reader.at = close + 1;
  if (!/^[A-Za-z_]+(=[A-Za-z_]+)?$/.test(name)) return null;
  try {
    // One class over one character: nothing that could be slow.
    const property = new RegExp(`^\\p{${name}}$`, "u");
    return (candidate) => property.test(candidate) !== negated;
  } catch {
    // Unicode has no property of that name.
    return null;
  }
}

function readClass(reader: Reader): Piece | null {
  const negated = take(reader, "^");
  const parts: Has[] = [];
  // The first character of each part, for sets that none of the usual candidates is in.
  const firsts: string[] = [];
  while (!take(reader, "]")) {
    const first = readClassMember(reader);
    if (first === null) return null;
    if (typeof first === "string") firsts.push(first);
    const ranged = reader.source[reader.at] === "-" && reader.source[reader.at + 1] !== "]";
    const part = ranged ? readRange(reader, first) : typeof first === "string" ? (candidate: string) => candidate === first : first;
    if (part === null) return null;
    parts.push(part);
  }
  return characters((candidate) => parts.some((part) => part(candidate)) !== negated, firsts);
}

function readRange(reader: Reader, first: string | Has): Has | null {
  reader.at += 1;
  const last = readClassMember(reader);
  if (typeof first !== "string" || typeof last !== "string") return null;
  const [low, high] = [first.codePointAt(0) ?? 0, last.codePointAt(0) ?? 0];
  if (low > high) return null;
  return (candidate) => {
    const code = candidate.codePointAt(0) ?? -1;
    return code >= low && code <= high;
  };
}

function readClassMember(reader: Reader): string | Has | null {
  const character = reader.source[reader.at];
  if (character === undefined) return null;
  reader.at += 1;
  if (character !== "\\") return character;
  if (reader.source[reader.at] === "b") {
    reader.at += 1;
    return "\b";
  }
  if (reader.source[reader.at] === "-") {
    reader.at += 1;
    return "-";
  }
  return readEscaped(reader);
}

const printable = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index));
const letters = printable.filter((character) => /^[A-Za-z0-9]$/.test(character));
/** Of these samples are made, letters and digits first; the others serve sets that hold none of them. */
const candidates: readonly string[] = [...printable, "\t", "\n", "é", "ß", "Ω", "Ж", "中", "あ", "ا", "€", "→"];

function characters(has: Has, firsts: readonly string[] = []): Piece {
  const plain = letters.filter(has);
  const others = plain.length > 0 ? plain : candidates.filter(has);
  return { type: "characters", has, examples: others.length > 0 ? others : firsts.filter(has) };
}

function literal(character: string): Piece {
  return { type: "characters", has: (candidate) => candidate === character, examples: [character] };
}

function take(reader: Reader, character: string): boolean {
  if (reader.source[reader.at] !== character) return false;
  reader.at += 1;
  return true;
}
