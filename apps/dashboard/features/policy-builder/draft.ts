import type { PolicyDocument } from '@toolgate/policy/document';
import type { Conversion, PolicyProblem } from '@toolgate/policy/problem';
import { readPolicy } from '@toolgate/policy/read';

/** The text that is being edited. It is the truth: the table shows what was last read from it. */
export interface Draft {
  source: string;
  /** What the last text without errors said; null when there was none yet. */
  document: PolicyDocument | null;
  conversions: Conversion[];
  /** Errors of the text as it is now: while there are any, `document` is of an earlier text. */
  problems: PolicyProblem[];
  /** Texts before the edits of the table, for undoing them. */
  past: string[];
  /** What the last edit was about: typing a number or a reason is undone in one step. */
  about: string | null;
}

export type DraftEdit =
  /** The whole text as the JSON editor has it, or the one in force. */
  | { kind: 'text'; source: string }
  /** One change made in the table: can be undone. */
  | { kind: 'visual'; source: string; about?: string }
  | { kind: 'undo' };

const MOST_PAST = 100;

export const openDraft = (source: string): Draft => read({ source, document: null, conversions: [], problems: [], past: [], about: null });

export function editDraft(draft: Draft, edit: DraftEdit): Draft {
  switch (edit.kind) {
    case 'text':
      return edit.source === draft.source ? draft : read({ ...draft, source: edit.source, about: null });
    case 'visual':
      if (edit.source === draft.source) return draft;
      return read({
        ...draft,
        source: edit.source,
        past: edit.about !== undefined && edit.about === draft.about ? draft.past : [...draft.past, draft.source].slice(-MOST_PAST),
        about: edit.about ?? null,
      });
    case 'undo': {
      const source = draft.past.at(-1);
      return source === undefined ? draft : read({ ...draft, source, past: draft.past.slice(0, -1), about: null });
    }
  }
}

function read(draft: Draft): Draft {
  const result = readPolicy(draft.source);
  if (result.ok) return { ...draft, document: result.document, conversions: result.conversions, problems: [] };
  return { ...draft, problems: result.errors };
}
