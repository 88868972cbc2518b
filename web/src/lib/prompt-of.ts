import { list, record } from "../api/json.ts";

/** The texts that a recorded request sends to the model, whichever provider it is for; the whole request when it has no such form. */
export function promptOf(request: string): string {
  let parsed: Readonly<Record<string, unknown>>;
  try {
    parsed = record(JSON.parse(request));
  } catch {
    return request;
  }
  const messages = list(parsed["messages"]).map(record);
  const system = parsed["system"] === undefined ? [] : [textOf(parsed["system"])];
  const texts = [...system, ...messages.map((message) => textOf(message["content"]))].filter((text) => text !== "");
  if (texts.length > 0) return texts.join("\n\n");
  return typeof parsed["prompt"] === "string" ? parsed["prompt"] : request;
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return list(content)
    .map((part) => record(part)["text"])
    .filter((text) => typeof text === "string")
    .join("\n");
}
