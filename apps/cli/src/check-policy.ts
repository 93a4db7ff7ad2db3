import { readPolicy } from '@toolgate/policy/read';
import { documentUsesUnsupported } from '@toolgate/policy/unsupported';

/** What is wrong with a document, and what of it was converted from an older dialect. */
export function checkPolicy(source: string): { valid: boolean; problems: object[]; conversions: object[] } {
  const read = readPolicy(source);
  if (!read.ok) return { valid: false, problems: read.errors, conversions: [] };
  const problems = documentUsesUnsupported(read.document, source);
  return { valid: problems.length === 0, problems, conversions: read.conversions };
}
