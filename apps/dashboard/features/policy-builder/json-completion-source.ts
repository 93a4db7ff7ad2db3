import { autocompletion, type Completion, type CompletionContext, type CompletionResult, pickedCompletion } from '@codemirror/autocomplete';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { policyJsonSchema } from '@toolgate/policy/json-schema';
import { type CompletionTool, type JsonCompletion, type JsonCompletions, jsonCompletions } from './json-completions.ts';

/**
 * Offers what the language and the governed servers have at the cursor: while a text is typed, or on Ctrl-Space. Arrows choose, Enter
 * takes, Escape closes; Tab is left alone. `tools` is read at each use.
 */
export function policyCompletion(tools: { readonly current: readonly CompletionTool[] }): Extension {
  const schema = policyJsonSchema();
  const source = ({ state, pos, explicit }: CompletionContext): CompletionResult | null => {
    if (!explicit && state.doc.length > MAX_WHILE_TYPING) return null;
    const found = jsonCompletions(state.doc.toString(), pos, schema, tools.current);
    if (!found || !(explicit || found.typing)) return null;
    return { from: found.from, options: found.options.map((option, index) => completion(option, index, found)) };
  };
  return [autocompletion({ override: [source], icons: false, maxRenderedOptions: 60 }), theme];
}

/** In UTF-16 code units: of a larger document the whole text is not read at each key. */
const MAX_WHILE_TYPING = 100_000;

/** Equal matches stay in the order of the language. */
function completion({ label, detail }: JsonCompletion, index: number, { keys, colon, to: until }: JsonCompletions): Completion {
  return {
    label,
    sortText: String(index).padStart(6, '0'),
    ...(detail ? { detail } : {}),
    apply(view, picked, from, to) {
      const insert = keys && colon ? `${label}: ` : label;
      view.dispatch({
        changes: { from, to: Math.max(to, until), insert },
        selection: { anchor: from + insert.length },
        annotations: pickedCompletion.of(picked),
        userEvent: 'input.complete',
        scrollIntoView: true,
      });
    },
  };
}

const theme = EditorView.theme({
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'inherit', maxHeight: '16em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { display: 'flex', gap: '12px', padding: '3px 10px', lineHeight: '20px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'color-mix(in oklab, var(--color-accent) 25%, transparent)',
    color: 'var(--color-text)',
  },
  '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': {
    marginLeft: 'auto',
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    fontStyle: 'normal',
    color: 'var(--color-muted)',
  },
});
