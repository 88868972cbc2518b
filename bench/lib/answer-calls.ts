type Handlers = Readonly<Record<string, (load: never) => Promise<unknown>>>;

interface Call {
  readonly id: number;
  readonly name: string;
  readonly load: never;
}

/** The child's half of `child.ts`: carries out the calls that the parent sends. */
export function answerCalls(handlers: Handlers): void {
  process.on("message", ({ id, name, load }: Call) => {
    const handler = handlers[name];
    const done = handler === undefined ? Promise.reject(new Error(`there is no call ${name}`)) : handler(load);
    done.then(
      (result) => process.send?.({ id, result }),
      (error: unknown) => process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}
