import * as z from 'zod';
import { WrittenDocument } from './written.ts';

/** The JSON Schema (2020-12) of the language as it may be written, for editors; published at `/schema/policy.v1.json`. */
export function policyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(WrittenDocument, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'Toolgate policy, version 1' };
}
