import type { JsonObject } from "../domain/json.ts";
import type { Draw } from "./draw.ts";
import { pick } from "./draw.ts";
import { compilePattern } from "./pattern.ts";

/** No sample is longer; a contract that asks for more gets none. */
const textLengthMax = 1_000_000;
const attemptsMax = 8;

/** A text of the length, pattern and format that a schema asks for, or undefined when none was found. */
export function sampleText(schema: JsonObject, draw: Draw): string | undefined {
  const { minLength, maxLength, pattern, format } = schema;
  const min = typeof minLength === "number" ? minLength : 0;
  const max = Math.min(typeof maxLength === "number" ? maxLength : textLengthMax, textLengthMax);
  if (min > max) return undefined;
  const demanded = typeof pattern === "string" ? compilePattern(pattern) : undefined;
  if (demanded === null) return undefined;
  const make = typeof format === "string" ? formats.get(format) : undefined;
  for (let attempt = 0; make !== undefined && attempt < attemptsMax; attempt += 1) {
    const text = make(draw);
    if (text.length >= min && text.length <= max && demanded?.matches(text) !== false) return text;
  }
  if (demanded !== undefined) return demanded.sample(draw, { min, max }) ?? undefined;
  return make === undefined ? words(draw, min, max) : undefined;
}

const vocabulary = "amber birch cedar delta ember fjord grove harbor inlet juniper kelp lagoon meadow north opal pine".split(" ");

/** Plain text says that it comes from the stub, as far as the length allows. */
function words(draw: Draw, min: number, max: number): string {
  let text = `stub ${word(draw)}`;
  while (text.length < min) text += ` ${word(draw)}`;
  const cut = text.slice(0, max);
  // A cut may leave a space at the end, which a reader would take for a fault.
  return cut.endsWith(" ") ? `${cut.slice(0, -1)}.` : cut;
}

function word(draw: Draw): string {
  return pick(draw, vocabulary) ?? "stub";
}

const two = (value: number): string => String(value).padStart(2, "0");
const date = (draw: Draw): string => `${2020 + draw.below(10)}-${two(1 + draw.below(12))}-${two(1 + draw.below(28))}`;
const time = (draw: Draw): string => `${two(draw.below(24))}:${two(draw.below(60))}:${two(draw.below(60))}Z`;
const dateTime = (draw: Draw): string => `${date(draw)}T${time(draw)}`;
const hex = (draw: Draw, digits: number): string => Array.from({ length: digits }, () => draw.below(16).toString(16)).join("");
const host = (draw: Draw): string => `${word(draw)}.stub.example`;
const uri = (draw: Draw): string => `https://${host(draw)}/${word(draw)}`;

/** Names and addresses are of the ranges that RFC 2606, 5737 and 3849 keep for examples. */
const formats: ReadonlyMap<string, (draw: Draw) => string> = new Map([
  ["date", date],
  ["time", time],
  ["iso-time", time],
  ["date-time", dateTime],
  ["iso-date-time", dateTime],
  ["duration", (draw) => `PT${1 + draw.below(59)}M`],
  ["email", (draw) => `${word(draw)}@stub.example`],
  ["idn-email", (draw) => `${word(draw)}@stub.example`],
  ["hostname", host],
  ["idn-hostname", host],
  ["ipv4", (draw) => `192.0.2.${1 + draw.below(254)}`],
  ["ipv6", (draw) => `2001:db8::${(1 + draw.below(65_535)).toString(16)}`],
  ["uri", uri],
  ["url", uri],
  ["iri", uri],
  ["uri-reference", (draw) => `/${word(draw)}/${word(draw)}`],
  ["iri-reference", (draw) => `/${word(draw)}/${word(draw)}`],
  ["uri-template", (draw) => `https://${host(draw)}/{id}`],
  // Version 4, variant 1 (RFC 9562 section 5.4), as any random UUID.
  [
    "uuid",
    (draw) => `${hex(draw, 8)}-${hex(draw, 4)}-4${hex(draw, 3)}-${(8 + draw.below(4)).toString(16)}${hex(draw, 3)}-${hex(draw, 12)}`,
  ],
  ["json-pointer", (draw) => `/${word(draw)}/${draw.below(10)}`],
  ["json-pointer-uri-fragment", (draw) => `#/${word(draw)}`],
  ["relative-json-pointer", (draw) => `${draw.below(4)}/${word(draw)}`],
  ["regex", (draw) => `^${word(draw)}$`],
  ["byte", () => "c3R1Yg=="],
]);
