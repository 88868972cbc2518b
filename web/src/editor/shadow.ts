import { useCallback, useState } from "react";

/** A shadow root on the element that the first of the pair is the `ref` of. */
export function useShadow(): readonly [(host: HTMLElement | null) => void, ShadowRoot | null] {
  const [root, setRoot] = useState<ShadowRoot | null>(null);
  const attach = useCallback((host: HTMLElement | null) => {
    if (host !== null) setRoot(host.shadowRoot ?? host.attachShadow({ mode: "open" }));
  }, []);
  return [attach, root];
}
