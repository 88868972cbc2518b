/**
 * Turns single look-ups into shared ones: whatever is asked for while a look-up is under way goes out together in the
 * next. The read twin of the store's group commit.
 */
export function loadTogether<Key, Value>(
  loadMany: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>,
  batchMax: number,
): (key: Key) => Promise<Value | null> {
  interface Asked {
    readonly key: Key;
    readonly resolve: (value: Value | null) => void;
    readonly reject: (error: unknown) => void;
  }
  const waiting: Asked[] = [];
  let underWay = false;

  const loadNext = async (): Promise<void> => {
    const batch = waiting.splice(0, batchMax);
    try {
      const found = await loadMany([...new Set(batch.map((asked) => asked.key))]);
      for (const { key, resolve } of batch) resolve(found.get(key) ?? null);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const drain = async (): Promise<void> => {
    underWay = true;
    while (waiting.length > 0) await loadNext();
    underWay = false;
  };
  return (key) =>
    new Promise((resolve, reject) => {
      waiting.push({ key, resolve, reject });
      if (!underWay) void drain();
    });
}
