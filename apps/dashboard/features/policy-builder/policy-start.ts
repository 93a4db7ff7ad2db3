import { type CategorisedTool, recommendPolicy } from '@toolgate/catalogue/recommend';
import type { PolicyDocument } from '@toolgate/policy/document';
import type { Conversion } from '@toolgate/policy/problem';
import { readPolicy } from '@toolgate/policy/read';

/** What a new policy begins as. */
export type Start = 'recommended' | 'deny' | 'paste';

/** The text of the first version. */
export function startSource(start: Start, { tools, pasted }: { tools: readonly CategorisedTool[]; pasted: string }): string {
  switch (start) {
    case 'recommended':
      return `${JSON.stringify(recommendPolicy(tools), null, 2)}\n`;
    case 'deny':
      return `${JSON.stringify({ version: '1', default: 'deny', tools: {} }, null, 2)}\n`;
    case 'paste':
      return pasted;
  }
}

/** Whether a text could be published, and what it says. */
export function readStart(
  source: string,
): { ok: true; document: PolicyDocument; conversions: Conversion[] } | { ok: false; message: string } {
  const read = readPolicy(source);
  if (!read.ok) {
    const [first] = read.errors;
    return {
      ok: false,
      message: first
        ? `Line ${first.line}: ${first.message}${first.suggestion ? ` Did you mean ${first.suggestion}?` : ''}`
        : 'This cannot be read.',
    };
  }
  return read;
}
