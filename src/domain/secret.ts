const hidden = "[redacted]";

/**
 * A credential. However it is printed (template, JSON, util.inspect, a log line that was given the whole configuration)
 * it reads `[redacted]`; only `reveal` gives the text, so every use of a secret can be found by that name.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return hidden;
  }
}
