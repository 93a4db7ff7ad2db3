import type { PolicyDocument } from '@toolgate/policy/document';
import { lintPolicy } from '@toolgate/policy/lint';
import type { BuilderTool } from './builder-tool.ts';

/** Something to know about one place of the document. */
export interface Note {
  pointer: string;
  message: string;
}

/** What is doubtful in a document that can be read. Without tools nothing is said about tools. */
export function documentNotes(document: PolicyDocument, tools: readonly BuilderTool[]): Note[] {
  return lintPolicy(document, tools.length > 0 ? tools : null).map(({ pointer, message }) => ({ pointer, message }));
}

/** The notes on rules, by the pointer of the rule. */
export function notesByRule(notes: readonly Note[]): Map<string, Note[]> {
  const byRule = new Map<string, Note[]>();
  for (const note of notes) {
    const rule = /^\/tools\/[^/]*/.exec(note.pointer)?.[0];
    if (rule !== undefined) byRule.set(rule, [...(byRule.get(rule) ?? []), note]);
  }
  return byRule;
}

/** The notes that are on no tool's rule. */
export const documentOnly = (notes: readonly Note[]): Note[] => notes.filter(({ pointer }) => !pointer.startsWith('/tools/'));
