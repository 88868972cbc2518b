import type { Brand } from "./brand.ts";

/** One whole prompt: the task's text and the fixed closing section. Made only by `engine/render-prompt.ts`. */
export type RenderedPrompt = Brand<string, "RenderedPrompt">;
