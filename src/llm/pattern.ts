import { unreachable } from "../domain/assert.ts";
import type { Draw } from "./draw.ts";
import { pick } from "./draw.ts";
import { parsePattern } from "./parse-pattern.ts";
import type { Piece } from "./parse-pattern.ts";

/** A pattern of a contract: texts can be made that match it, and texts compared with it in time linear in their length. */
export interface Pattern {
  readonly sample: (draw: Draw, length: { readonly min: number; readonly max: number }) => string | null;
  readonly matches: (text: string) => boolean;
}

const sampleAttemptsMax = 12;
/** Characters beyond the shortest match that a sample may have when nothing asks for more. */
const spareCharactersMax = 6;

/** Null for a pattern outside the linear-time subset (look-around, back-references) or a malformed one. */
export function compilePattern(source: string): Pattern | null {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  // Patterns are few and come from contracts; a full table is simply begun again.
  if (patterns.size >= patternsMax) patterns.clear();
  const pattern = makePattern(source);
  patterns.set(source, pattern);
  return pattern;
}

const patterns = new Map<string, Pattern | null>();
const patternsMax = 1000;

function makePattern(source: string): Pattern | null {
  const piece = parsePattern(source);
  if (piece === null) return null;
  const matches = (text: string): boolean => matchesAnywhere(piece, text);
  return {
    matches,
    sample: (draw, { min, max }) => {
      const shortest = lengthMin(piece);
      for (let attempt = 0; attempt < sampleAttemptsMax; attempt += 1) {
        const wanted = Math.min(Math.max(min, shortest) + draw.below(spareCharactersMax), Math.max(max, shortest));
        const out = { text: "", spare: wanted - shortest };
        // The first attempts use less than they may, so that samples differ in shape.
        if (min <= shortest && attempt < 2) out.spare = draw.below(out.spare + 1);
        write(piece, draw, out);
        const length = Array.from(out.text).length;
        if (length >= min && length <= max && matches(out.text)) return out.text;
      }
      return null;
    },
  };
}

/** Extra repetitions for their own sake are few; more are made only while a length is still to be reached. */
function write(piece: Piece, draw: Draw, out: { text: string; spare: number }): void {
  switch (piece.type) {
    case "characters":
      out.text += pick(draw, piece.examples) ?? "";
      return;
    case "sequence":
      for (const item of piece.items) write(item, draw, out);
      return;
    case "choice": {
      const option = pick(draw, piece.options);
      if (option !== undefined) {
        out.spare -= Math.max(0, lengthMin(option) - lengthMin(piece));
        write(option, draw, out);
      }
      return;
    }
    case "repeat": {
      const each = lengthMin(piece.item);
      const room = Math.max(0, Math.min(piece.max - piece.min, each === 0 ? out.spare : Math.floor(out.spare / each)));
      out.spare -= room * each;
      for (let count = 0; count < piece.min + room; count += 1) write(piece.item, draw, out);
      return;
    }
    case "start":
    case "end":
    case "boundary":
      return;
    default:
      return unreachable(piece);
  }
}

function lengthMin(piece: Piece): number {
  switch (piece.type) {
    case "characters":
      return 1;
    case "sequence":
      return piece.items.reduce((sum, item) => sum + lengthMin(item), 0);
    case "choice":
      return piece.options.reduce((least, option) => Math.min(least, lengthMin(option)), Number.MAX_SAFE_INTEGER);
    case "repeat":
      return piece.min * lengthMin(piece.item);
    case "start":
    case "end":
    case "boundary":
      return 0;
    default:
      return unreachable(piece);
  }
}

function matchesAnywhere(piece: Piece, text: string): boolean {
  const characters = Array.from(text);
  const everywhere = new Set(Array.from({ length: characters.length + 1 }, (_, at) => at));
  return ends(piece, characters, everywhere).size > 0;
}

/** All places where a match of `piece` may end that began at one of `starts`. Sets, so no place is tried twice. */
function ends(piece: Piece, text: readonly string[], starts: ReadonlySet<number>): ReadonlySet<number> {
  switch (piece.type) {
    case "characters":
      return new Set([...starts].filter((at) => at < text.length && piece.has(text[at] ?? "")).map((at) => at + 1));
    case "sequence":
      return piece.items.reduce((here, item) => (here.size === 0 ? here : ends(item, text, here)), starts);
    case "choice":
      return new Set(piece.options.flatMap((option) => [...ends(option, text, starts)]));
    case "repeat":
      return repeatEnds(piece, text, starts);
    case "start":
      return new Set([...starts].filter((at) => at === 0));
    case "end":
      return new Set([...starts].filter((at) => at === text.length));
    case "boundary":
      return new Set([...starts].filter((at) => (isWord(text[at - 1]) !== isWord(text[at])) !== piece.negated));
    default:
      return unreachable(piece);
  }
}

function repeatEnds(piece: Extract<Piece, { type: "repeat" }>, text: readonly string[], starts: ReadonlySet<number>): ReadonlySet<number> {
  let here = starts;
  for (let count = 0; count < piece.min && here.size > 0; count += 1) here = ends(piece.item, text, here);
  const reached = new Set(here);
  for (let count = piece.min; count < piece.max && here.size > 0; count += 1) {
    here = new Set([...ends(piece.item, text, here)].filter((at) => !reached.has(at)));
    for (const at of here) reached.add(at);
  }
  return reached;
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /^\w$/.test(character);
}
