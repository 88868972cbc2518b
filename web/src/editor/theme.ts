import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

// The page's own colours, which custom properties carry into the editor's shadow root, in both themes.
const surface = EditorView.theme({
  "&": { fontSize: "0.85rem", backgroundColor: "var(--surface)", color: "var(--text)" },
  ".cm-content": { caretColor: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": { backgroundColor: "var(--accent-soft) !important" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  ".cm-panels, .cm-tooltip": { backgroundColor: "var(--raised)", color: "var(--text)", border: "1px solid var(--line)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--error)" },
  ".cm-diagnostic": { maxWidth: "34rem" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.55" },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine": { backgroundColor: "var(--success-soft) !important" },
  "&.cm-merge-a .cm-changedLine": { backgroundColor: "var(--error-soft) !important" },
  "&.cm-merge-a .cm-changedText": {
    background: "color-mix(in srgb, var(--error) 11%, transparent) !important",
    textDecoration: "underline",
  },
  ".cm-deletedChunk, .cm-deletedLine": { backgroundColor: "var(--error-soft) !important" },
  "&.cm-merge-b .cm-changedText": {
    background: "color-mix(in srgb, var(--success) 11%, transparent) !important",
    textDecoration: "underline",
  },
  ".cm-deletedText": { background: "color-mix(in srgb, var(--error) 11%, transparent) !important", textDecoration: "underline" },
  ".cm-collapsedLines": { backgroundColor: "var(--sunken)", color: "var(--muted)", backgroundImage: "none" },
  ".cm-collapsedLines:before, .cm-collapsedLines:after": { content: '""' },
});

const highlights = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--success)" },
  { tag: [tags.number, tags.bool, tags.null, tags.keyword, tags.atom], color: "var(--waiting)" },
  { tag: [tags.comment, tags.meta], color: "var(--muted)" },
]);

export const theme: Extension = [surface, syntaxHighlighting(highlights)];
