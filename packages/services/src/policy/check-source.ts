import type { PolicyDocument } from '@toolgate/policy/document';
import type { Conversion, PolicyProblem } from '@toolgate/policy/problem';
import { readPolicy } from '@toolgate/policy/read';
import { z } from 'zod';
import { parseInput } from '../parse-input.ts';
import { done, type Refusal, type Result, refuse } from '../refusal.ts';
import type { FailingTest } from './run-tests.ts';

/** A document that cannot be published: every problem with its place, for the editor. Empty when the refusal has another reason. */
export interface PublishRefusal extends Refusal {
  problems?: PolicyProblem[];
  /** The policy's own tests that the document does not pass. */
  failingTests?: FailingTest[];
}

/** The document's text, at most 1 MiB (the language's own limit). */
const Source = z
  .string()
  .min(1, 'The document is empty.')
  .max(1_048_576, 'A document has at most 1 MiB.')
  // It is kept exactly as it was saved, and the database cannot hold these.
  .refine((text) => !/[\0\p{Cs}]/u.test(text), 'The document is not well-formed Unicode text.');

export const Message = z.string().trim().max(500, 'Use at most 500 characters.').default('');

/** Reads a document as it would be published. */
export function checkSource(
  source: string,
): { ok: true; value: { conversions: Conversion[]; document: PolicyDocument } } | { ok: false; refusal: PublishRefusal } {
  const sized: Result<string> = parseInput(Source, source);
  if (!sized.ok) return sized;
  const read = readPolicy(source);
  return read.ok ? done({ conversions: read.conversions, document: read.document }) : refuseProblems(read.errors);
}

function refuseProblems(problems: PolicyProblem[]): { ok: false; refusal: PublishRefusal } {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  const message = first ? `${first.pointer || 'The document'}: ${first.message}${more}` : 'The document cannot be published.';
  return { ok: false, refusal: { ...refuse('invalid', message, { source: message }).refusal, problems } };
}
