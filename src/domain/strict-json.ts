import { jsonDepthMax } from "./canonical-json.ts";
import { isJsonObject, jsonPointer } from "./json.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Issue } from "./rejection.ts";
import { err, ok } from "./result.ts";
import type { Result } from "./result.ts";

/** How deep a value from outside may nest: half of what is hashed, so that every document built around one still fits. */
export const inputDepthMax = 32;
/** Longest text of one number; a double never needs more than 25 characters. */
export const numberLengthMax = 32;
export const keyLengthMax = 1_024;
/** Members and items of one value, all levels together. */
export const memberCountMax = 100_000;

export interface JsonLimits {
  readonly depthMax: number;
  readonly memberCountMax: number;
}

/** Why a text is not the JSON we take. `at` counts UTF-16 code units from its start; `detail` never quotes the text. */
export interface JsonFault {
  readonly detail: string;
  readonly at: number;
}

const recordLimits: JsonLimits = { depthMax: jsonDepthMax, memberCountMax };

/**
 * Exactly one I-JSON value (RFC 7493): grammar of RFC 8259, no duplicate keys, no lone surrogate, numbers inside the
 * double range and integers inside the safe range; and no U+0000, which PostgreSQL cannot hold as text. Written by
 * hand because JSON.parse keeps the last of two equal keys and rounds large integers without a word.
 */
export function parseStrictJson(text: string, limits: JsonLimits = recordLimits): Result<Json, JsonFault> {
  if (!text.isWellFormed()) return err({ detail: "the text holds a lone surrogate", at: firstLoneSurrogate(text) });
  try {
    return ok(readDocument({ text, limits, at: 0, members: 0 }));
  } catch (fault) {
    if (fault instanceof Refused) return err({ detail: fault.message, at: fault.at });
    throw fault;
  }
}

/** The text of UTF-8 bytes, or null when they are not UTF-8. A byte order mark stays, so that the parser can refuse it. */
export function decodeUtf8Strict(bytes: Uint8Array): string | null {
  try {
    return strictDecoder.decode(bytes);
  } catch {
    return null;
  }
}

const strictDecoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Leaves the parser at the first fault; never leaves this file. */
class Refused extends Error {
  readonly at: number;

  constructor(detail: string, at: number) {
    super(detail);
    this.at = at;
  }
}

const quote = 0x22;
const backslash = 0x5c;
const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };
const numberPattern = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;

interface Cursor {
  readonly text: string;
  readonly limits: JsonLimits;
  at: number;
  members: number;
}

function readDocument(cursor: Cursor): Json {
  skipSpace(cursor);
  const value = readValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < cursor.text.length) throw new Refused("text follows the JSON value", cursor.at);
  return value;
}

function readValue(cursor: Cursor, depth: number): Json {
  switch (cursor.text.charCodeAt(cursor.at)) {
    case 0x7b:
      return readObject(cursor, depth + 1);
    case 0x5b:
      return readArray(cursor, depth + 1);
    case quote:
      return readString(cursor);
    case 0x74:
      return readWord(cursor, "true", true);
    case 0x66:
      return readWord(cursor, "false", false);
    case 0x6e:
      return readWord(cursor, "null", null);
    default:
      return readNumber(cursor);
  }
}

function readObject(cursor: Cursor, depth: number): JsonObject {
  openCollection(cursor, depth);
  const object: { [key: string]: Json } = {};
  if (skipTo(cursor, 0x7d)) return object;
  for (;;) {
    const start = cursor.at;
    if (cursor.text.charCodeAt(start) !== quote) throw new Refused("a member name is expected", start);
    const key = readString(cursor);
    if (key.length > keyLengthMax) throw new Refused(`a member name is longer than ${keyLengthMax}`, start);
    if (Object.hasOwn(object, key)) throw new Refused("a member name is repeated", start);
    skipSpace(cursor);
    if (cursor.text.charCodeAt(cursor.at) !== 0x3a) throw new Refused("a colon is expected", cursor.at);
    cursor.at += 1;
    skipSpace(cursor);
    countMember(cursor);
    const value = readValue(cursor, depth);
    // Assigning to `__proto__` would change the prototype and lose the member.
    if (key === "__proto__") Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
    else object[key] = value;
    if (closes(cursor, 0x7d)) return object;
  }
}

function readArray(cursor: Cursor, depth: number): readonly Json[] {
  openCollection(cursor, depth);
  const items: Json[] = [];
  if (skipTo(cursor, 0x5d)) return items;
  for (;;) {
    countMember(cursor);
    items.push(readValue(cursor, depth));
    if (closes(cursor, 0x5d)) return items;
  }
}

function openCollection(cursor: Cursor, depth: number): void {
  if (depth > cursor.limits.depthMax) throw new Refused(`the value is nested deeper than ${cursor.limits.depthMax}`, cursor.at);
  cursor.at += 1;
  skipSpace(cursor);
}

function countMember(cursor: Cursor): void {
  cursor.members += 1;
  if (cursor.members > cursor.limits.memberCountMax)
    throw new Refused(`the value has more than ${cursor.limits.memberCountMax} members`, cursor.at);
}

function skipTo(cursor: Cursor, close: number): boolean {
  if (cursor.text.charCodeAt(cursor.at) !== close) return false;
  cursor.at += 1;
  return true;
}

/** After a member or item: true when `close` ends the collection, false when a comma leads to the next. */
function closes(cursor: Cursor, close: number): boolean {
  skipSpace(cursor);
  const code = cursor.text.charCodeAt(cursor.at);
  if (code !== close && code !== 0x2c) throw new Refused("a comma or the end of the collection is expected", cursor.at);
  cursor.at += 1;
  if (code === close) return true;
  skipSpace(cursor);
  return false;
}

function readString(cursor: Cursor): string {
  const start = cursor.at + 1;
  let end = start;
  for (;;) {
    const code = cursor.text.charCodeAt(end);
    if (code === quote) break;
    if (code === backslash) return readEscapedString(cursor, start, end);
    // NaN, past the end, fails every comparison but this one.
    if (!(code >= 0x20)) throw new Refused(end < cursor.text.length ? "a control character in a string" : "the string does not end", end);
    end += 1;
  }
  cursor.at = end + 1;
  return cursor.text.slice(start, end);
}

function readEscapedString(cursor: Cursor, start: number, firstEscape: number): string {
  const { text } = cursor;
  let value = text.slice(start, firstEscape);
  let end = firstEscape;
  for (;;) {
    const code = text.charCodeAt(end);
    if (code === quote) break;
    if (!(code >= 0x20)) throw new Refused(end < text.length ? "a control character in a string" : "the string does not end", end);
    if (code !== backslash) {
      const from = end;
      do end += 1;
      while (isPlain(text.charCodeAt(end)));
      value += text.slice(from, end);
      continue;
    }
    const plain = escapes[text.charAt(end + 1)];
    if (plain !== undefined) {
      value += plain;
      end += 2;
    } else {
      value += readUnicodeEscape(cursor, end);
      end += 6;
    }
  }
  if (!value.isWellFormed()) throw new Refused("a string holds a lone surrogate", start - 1);
  cursor.at = end + 1;
  return value;
}

function readUnicodeEscape(cursor: Cursor, at: number): string {
  const digits = cursor.text.slice(at + 2, at + 6);
  if (cursor.text.charAt(at + 1) !== "u" || !/^[0-9a-fA-F]{4}$/.test(digits)) throw new Refused("an unknown escape in a string", at);
  if (digits === "0000") throw new Refused("a string holds U+0000", at);
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function readNumber(cursor: Cursor): number {
  numberPattern.lastIndex = cursor.at;
  const found = numberPattern.exec(cursor.text);
  if (found === null) throw new Refused(cursor.at < cursor.text.length ? "a JSON value is expected" : "the text ends early", cursor.at);
  const [digits, fraction, exponent] = found;
  if (digits.length > numberLengthMax) throw new Refused(`a number is written with more than ${numberLengthMax} characters`, cursor.at);
  const value = Number(digits);
  if (!Number.isFinite(value)) throw new Refused("a number is outside the range of a double", cursor.at);
  if (fraction === undefined && exponent === undefined && !Number.isSafeInteger(value)) {
    throw new Refused("an integer is beyond 2^53 - 1", cursor.at);
  }
  cursor.at += digits.length;
  return value;
}

function readWord<T extends boolean | null>(cursor: Cursor, word: string, value: T): T {
  if (!cursor.text.startsWith(word, cursor.at)) throw new Refused("a JSON value is expected", cursor.at);
  cursor.at += word.length;
  return value;
}

function skipSpace(cursor: Cursor): void {
  for (;;) {
    const code = cursor.text.charCodeAt(cursor.at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
    cursor.at += 1;
  }
}

function isPlain(code: number): boolean {
  return code >= 0x20 && code !== quote && code !== backslash;
}

function firstLoneSurrogate(text: string): number {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.codePointAt(at) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) return at;
    if (code > 0xffff) at += 1;
  }
  return text.length;
}

const forbiddenKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);
const issuesMax = 50;

export interface JsonRules extends JsonLimits {
  /** True for control data (definitions, parameters): keys that name parts of a JavaScript prototype are refused. */
  readonly control: boolean;
}

const controlRules: JsonRules = { depthMax: inputDepthMax, memberCountMax, control: true };

/**
 * What keeps an already parsed value from being taken: an empty list when nothing does. Walks with a stack of its own,
 * since a body nested 10^5 deep parses well and would overflow a recursion.
 */
export function findJsonIssue(root: Json, rules: JsonRules = controlRules): readonly Issue[] {
  const issues: Issue[] = [];
  const stack: { readonly value: Json; readonly path: Path | null; readonly depth: number }[] = [{ value: root, path: null, depth: 0 }];
  let members = 0;
  for (let next = stack.pop(); next !== undefined && issues.length < issuesMax; next = stack.pop()) {
    const { value, path, depth } = next;
    const fault = scalarFault(value);
    if (fault !== null) issues.push({ pointer: pointerOf(path), detail: fault });
    if (typeof value !== "object" || value === null) continue;
    if (depth >= rules.depthMax) {
      issues.push({ pointer: pointerOf(path), detail: `is nested deeper than ${rules.depthMax}` });
      continue;
    }
    const entries: readonly (readonly [string | number, Json])[] = isJsonObject(value) ? Object.entries(value) : [...value.entries()];
    members += entries.length;
    if (members > rules.memberCountMax) return [...issues, { pointer: "", detail: `has more than ${rules.memberCountMax} members` }];
    for (const [key, item] of entries.toReversed()) {
      const here: Path = { key, parent: path };
      if (typeof key === "string") {
        const detail = keyFault(key, rules);
        if (detail !== null) issues.push({ pointer: pointerOf(key.isWellFormed() ? here : path), detail });
      }
      stack.push({ value: item, path: here, depth: depth + 1 });
    }
  }
  return issues;
}

interface Path {
  readonly key: string | number;
  readonly parent: Path | null;
}

function pointerOf(path: Path | null): string {
  const tokens: (string | number)[] = [];
  for (let here = path; here !== null; here = here.parent) tokens.push(here.key);
  return jsonPointer(tokens.reverse());
}

function scalarFault(value: Json): string | null {
  if (typeof value === "string") return stringFault(value);
  if (typeof value !== "number") return null;
  if (!Number.isFinite(value)) return "is outside the range of a double";
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? "is an integer beyond 2^53 - 1" : null;
}

function stringFault(text: string): string | null {
  if (!text.isWellFormed()) return "holds a lone surrogate";
  return text.includes("\u0000") ? "holds U+0000" : null;
}

function keyFault(key: string, rules: JsonRules): string | null {
  if (rules.control && forbiddenKeys.has(key)) return "is a member name that is not allowed";
  if (key.length > keyLengthMax) return `is a member name longer than ${keyLengthMax}`;
  const fault = stringFault(key);
  return fault === null ? null : `is a member name that ${fault}`;
}
