import type { Draft } from './draft.ts';
import type { Note } from './notes.ts';
import { pointerFinder } from './pointer-lines.ts';

/** Something to know about a place of the text, as the editor marks it and the list below it says it. */
export interface Problem {
  severity: 'error' | 'warning' | 'info';
  message: string;
  /** In UTF-16 code units of the text. */
  offset: number;
  length: number;
  /** From 1. */
  line: number;
}

const ORDER: Record<Problem['severity'], number> = { error: 0, warning: 1, info: 2 };

/** Errors of the text; where there are none, what is doubtful, and what was read otherwise than written. Errors first, then by line. */
export function problemsOf(draft: Draft, notes: readonly Note[]): Problem[] {
  if (draft.problems.length > 0) {
    return draft.problems.map(({ offset, length, line, message, suggestion }) => ({
      severity: 'error',
      message: suggestion ? `${message} Did you mean ${suggestion}?` : message,
      offset,
      length: Math.max(length, 1),
      line,
    }));
  }
  const find = pointerFinder(draft.source);
  const at = (pointer: string, severity: Problem['severity'], message: string): Problem[] => {
    const place = find(pointer);
    return place ? [{ severity, message, offset: place.offset, length: place.length, line: place.firstLine }] : [];
  };
  return [
    ...notes.flatMap(({ pointer, message }) => at(pointer, 'warning', message)),
    ...draft.conversions.flatMap(({ pointer, message }) => at(pointer, 'info', message)),
  ].sort((a, b) => ORDER[a.severity] - ORDER[b.severity] || a.offset - b.offset);
}
