import { useEffect, useMemo, useRef } from "react";

/** Calls `work` soon after it was asked for, at most once in `everyMs`, and never loses the last asking. */
export function useThrottled(work: () => void, everyMs: number): () => void {
  const current = useRef(work);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  useEffect(() => {
    current.current = work;
  });
  useEffect(
    () => () => {
      if (timer.current !== null) clearTimeout(timer.current);
      timer.current = null;
    },
    [],
  );
  return useMemo(() => {
    let lastMs = 0;
    return () => {
      if (timer.current !== null) return;
      timer.current = setTimeout(
        () => {
          timer.current = null;
          lastMs = performance.now();
          current.current();
        },
        Math.max(0, lastMs + everyMs - performance.now()),
      );
    };
  }, [everyMs]);
}
