import type { PolicyDocument } from '@toolgate/policy/document';
import { lintPolicy } from '@toolgate/policy/lint';
import { documentUsesUnsupported } from '@toolgate/policy/unsupported';
import type { BuilderTool } from './builder-tool.ts';

/** Something to know about one place of the document. */
export interface Note {
  pointer: string;
  message: string;
  /** It cannot be published like this. */
  blocking: boolean;
}

/** What is doubtful or impossible in a document that can be read. Without tools nothing is said about tools. */
export function documentNotes(document: PolicyDocument, tools: readonly BuilderTool[]): Note[] {
  return [
    ...documentUsesUnsupported(document).map((note) => ({ ...note, blocking: true })),
    ...lintPolicy(document, tools.length > 0 ? tools : null).map(({ pointer, message }) => ({ pointer, message, blocking: false })),
  ];
}

/** The notes on one rule. */
export const notesOn = (notes: readonly Note[], rulePointer: string): Note[] =>
  notes.filter(({ pointer }) => pointer === rulePointer || pointer.startsWith(`${rulePointer}/`));

/** The notes that are on no tool's rule. */
export const documentOnly = (notes: readonly Note[]): Note[] => notes.filter(({ pointer }) => !pointer.startsWith('/tools/'));
