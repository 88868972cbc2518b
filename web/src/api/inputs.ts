import type { ManifestInput, TaskInput } from "./generated.ts";

// What a person wrote goes to the server as it is: its door checks are the ones that count, and they name every fault.

export function taskInput(value: unknown): TaskInput {
  return value as TaskInput;
}

export function manifestInput(value: unknown): ManifestInput {
  return value as ManifestInput;
}
