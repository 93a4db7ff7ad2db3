import { readPolicy } from '@toolgate/policy/read';
import type { BuilderTool } from './builder-tool.ts';

/** A document that is known to be good. */
export function documentOf(value: unknown) {
  const read = readPolicy(JSON.stringify(value));
  if (!read.ok) throw new Error(read.errors[0]?.message);
  return read.document;
}

export const builderTool = (name: string, given: Partial<BuilderTool> = {}): BuilderTool => ({
  name,
  category: 'Read',
  risk: 'Low',
  annotations: {},
  state: 'active',
  description: '',
  inputSchema: { type: 'object' },
  servers: [{ id: 'demo', name: 'demo' }],
  ...given,
});
