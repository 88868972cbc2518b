import { styleText } from "node:util";

/** The part of a stream that the command line uses. */
export interface TextStream {
  write(text: string | Uint8Array): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  on?(event: "error", listener: (error: Error) => void): unknown;
}

export type Style = "plain" | "bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta";
export type Paint = (style: Style, text: string) => string;

/** Colour only for a person at a terminal who has not asked for none (no-color.org). */
export function paintFor(stream: TextStream, env: Readonly<Record<string, string | undefined>>, wanted: boolean): Paint {
  const noColor = env["NO_COLOR"] !== undefined && env["NO_COLOR"] !== "";
  if (stream.isTTY !== true || noColor || !wanted || env["TERM"] === "dumb") return (_style, text) => text;
  return (style, text) => (style === "plain" ? text : styleText(style, text, { validateStream: false }));
}

/**
 * Text from the record made safe to print: a model or an operator chose these bytes, and a terminal obeys control
 * characters. Line feed and tab stay, the rest becomes visible.
 */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** As `printable`, on one line. */
export function oneLine(text: string): string {
  return printable(text).replace(/\s+/g, " ").trim();
}

/** At most `width` characters, cut with an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/**
 * Lets a reader close its end (`reckon runs | head`) without ending the process: what is written after that is lost, as the
 * reader wished. Any other error stays as loud as it was.
 */
export function tolerateClosedPipe(stream: TextStream): void {
  stream.on?.("error", (error) => {
    if (!("code" in error) || error.code !== "EPIPE") throw error;
  });
}
