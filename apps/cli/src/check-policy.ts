import { lintPolicy, type Warning } from '@toolgate/policy/lint';
import { fromPointer } from '@toolgate/policy/pointer';
import type { Conversion, PolicyProblem } from '@toolgate/policy/problem';
import { readPolicy } from '@toolgate/policy/read';
import { readSourceText } from '@toolgate/policy/source-text';
import { writePolicy } from '@toolgate/policy/write';

type Placed<T> = T & Pick<PolicyProblem, 'offset' | 'length' | 'line' | 'column'>;

export interface CheckedPolicy {
  /** It can be published: no errors. */
  valid: boolean;
  /** In the language's own words, without dialects and defaults; null when it cannot be read. */
  document: unknown;
  /** What of it was read from an older dialect. */
  conversions: Placed<Conversion>[];
  errors: PolicyProblem[];
  /** What is allowed to write but is probably not meant, as far as it shows without a server's tools. */
  warnings: Placed<Warning>[];
}

/** What a document means and what is wrong with it, each with its place in the text. */
export function checkPolicy(source: string): CheckedPolicy {
  const read = readPolicy(source);
  if (!read.ok) return { valid: false, document: null, conversions: [], errors: read.errors, warnings: [] };
  const text = readSourceText(source);
  const placed = <T extends { pointer: string }>(found: T): Placed<T> => ({ ...found, ...text.locate(fromPointer(found.pointer)) });
  return {
    valid: true,
    document: JSON.parse(writePolicy(read.document)),
    conversions: read.conversions.map(placed),
    errors: [],
    warnings: lintPolicy(read.document, null).map(placed),
  };
}
