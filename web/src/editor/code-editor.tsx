import { yaml } from "@codemirror/lang-yaml";
import { setDiagnostics } from "@codemirror/lint";
import type { Diagnostic } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { useEffect, useRef } from "react";
import type { ReactNode } from "react";
import { useShadow } from "./shadow.ts";
import { theme } from "./theme.ts";
import "./editor.css";

interface Props {
  readonly label: string;
  /** What stands in the editor at first; from then on it is the editor's. */
  readonly initial: string;
  readonly faults: readonly Diagnostic[];
  readonly onChange: (text: string) => void;
}

/** A text editor for YAML and JSON, which is YAML too. It stands in a shadow root, where its styles need no exception of the policy. */
export function CodeEditor({ label, initial, faults, onChange }: Props): ReactNode {
  const [host, root] = useShadow();
  const view = useRef<EditorView | null>(null);
  const changed = useRef(onChange);
  useEffect(() => {
    changed.current = onChange;
  });
  useEffect(() => {
    if (root === null) return undefined;
    const made = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: initial,
        extensions: [
          basicSetup,
          yaml(),
          theme,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) changed.current(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = made;
    return () => made.destroy();
  }, [root, initial, label]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    // A fault that was found in a text that has changed since may point past its end.
    const end = editor.state.doc.length;
    const inside = faults.map((fault) => ({ ...fault, from: Math.min(fault.from, end), to: Math.min(fault.to, end) }));
    editor.dispatch(setDiagnostics(editor.state, inside));
  }, [faults]);
  return <div ref={host} className="editor" />;
}
