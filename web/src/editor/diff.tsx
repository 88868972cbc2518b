import { yaml } from "@codemirror/lang-yaml";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState } from "@codemirror/state";
import type { Extension } from "@codemirror/state";
import { EditorView, lineNumbers } from "@codemirror/view";
import { useEffect } from "react";
import type { ReactNode } from "react";
import { useShadow } from "./shadow.ts";
import { theme } from "./theme.ts";
import "./editor.css";

interface Props {
  readonly before: string;
  readonly after: string;
  readonly labels: { readonly before: string; readonly after: string };
}

const sideBySide = "(min-width: 60rem)";

/** Two texts side by side, or one above the other where there is no room; what is the same is folded away. */
export function Diff({ before, after, labels }: Props): ReactNode {
  const [host, root] = useShadow();
  useEffect(() => {
    if (root === null) return undefined;
    const collapse = { margin: 3, minSize: 6 };
    if (!matchMedia(sideBySide).matches) {
      const unified = unifiedMergeView({ original: before, mergeControls: false, collapseUnchanged: collapse });
      const view = new EditorView({
        parent: root,
        root,
        state: EditorState.create({ doc: after, extensions: [...readOnly(labels.after), unified] }),
      });
      return () => view.destroy();
    }
    const merge = new MergeView({
      parent: root,
      root,
      collapseUnchanged: collapse,
      a: { doc: before, extensions: readOnly(labels.before) },
      b: { doc: after, extensions: readOnly(labels.after) },
    });
    return () => merge.destroy();
  }, [root, before, after, labels.before, labels.after]);
  return <div ref={host} className="editor" />;
}

function readOnly(label: string): readonly Extension[] {
  return [
    lineNumbers(),
    yaml(),
    theme,
    EditorView.lineWrapping,
    EditorState.readOnly.of(true),
    EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
  ];
}
