import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Colours come from the page's variables, so that one theme serves light and dark. */
export const editorTheme = [
  EditorView.theme({
    '&': { height: '100%', fontSize: '13px', backgroundColor: 'transparent', color: 'var(--color-text)' },
    '&.cm-focused': { outline: 'none' },
    '.cm-scroller': { fontFamily: 'var(--font-geist-mono), ui-monospace, monospace', lineHeight: '20px' },
    '.cm-content': { padding: '8px 0', caretColor: 'var(--color-text)' },
    '.cm-cursor': { borderLeftColor: 'var(--color-text)' },
    '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--color-faint)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in oklab, var(--color-text) 4%, transparent)' },
    '.cm-activeLineGutter': { color: 'var(--color-text)' },
    '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
      backgroundColor: 'color-mix(in oklab, var(--color-accent) 25%, transparent)',
    },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      backgroundColor: 'color-mix(in oklab, var(--color-accent) 20%, transparent)',
      outline: '1px solid var(--color-accent)',
    },
    '.cm-marked-line': {
      backgroundColor: 'color-mix(in oklab, var(--color-accent) 14%, transparent)',
      boxShadow: 'inset 2px 0 0 var(--color-accent)',
    },
    '.cm-marked-part': { textDecoration: 'underline 2px var(--color-accent)', textUnderlineOffset: '4px' },
    '.cm-tooltip': {
      backgroundColor: 'var(--color-raised)',
      color: 'var(--color-text)',
      border: '1px solid var(--color-line)',
      borderRadius: '6px',
      fontSize: '13px',
      maxWidth: 'min(420px, 90vw)',
    },
    '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--font-geist-sans), sans-serif' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      // Weight and grey, no hues: in this interface a colour says what was decided.
      { tag: tags.propertyName, color: 'var(--color-text)' },
      { tag: tags.string, color: 'var(--color-muted)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--color-text)', fontWeight: '600' },
      { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: 'var(--color-faint)' },
    ]),
  ),
];
