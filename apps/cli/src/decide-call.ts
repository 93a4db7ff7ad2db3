import { compilePolicy } from '@toolgate/policy/compile';
import { decide } from '@toolgate/policy/decide';
import type { Decision } from '@toolgate/policy/decision';
import { readPolicy } from '@toolgate/policy/read';
import { z } from 'zod';
import { Failure } from './failure.ts';

const Tool = z.strictObject({
  name: z.string(),
  category: z.enum(['Read', 'Write', 'Execute', 'Destructive', 'Financial']).default('Execute'),
  risk: z.enum(['Low', 'Medium', 'High', 'Critical']).default('High'),
  annotations: z.record(z.string(), z.unknown()).default({}),
  state: z.enum(['active', 'quarantined', 'removed', 'unknown']).default('active'),
});

/** A call as a file says it; what is left out is what a plain call of an active tool has. */
const Call = z.strictObject({
  tool: z.union([z.string().transform((name) => Tool.parse({ name })), Tool]),
  args: z.unknown().default({}),
  grant: z.strictObject({ label: z.string().default(''), tags: z.array(z.string()).default([]) }).default({ label: '', tags: [] }),
  client: z.strictObject({ name: z.string().nullable() }).default({ name: null }),
  paused: z.enum(['organization', 'server', 'grant']).nullable().default(null),
  approved: z.boolean().default(false),
});

/** What a document decides of one call, with the trace and the charges that an allowed call would make. Throws a Failure. */
export function decideCall(source: string, callText: string): Decision {
  const read = readPolicy(source);
  if (!read.ok) {
    const [first] = read.errors;
    throw new Failure(`The policy: ${first ? `line ${first.line}, column ${first.column}: ${first.message}` : 'it cannot be read'}`);
  }
  const call = Call.safeParse(asJson(callText));
  if (!call.success) {
    const [issue] = call.error.issues;
    throw new Failure(`The call: ${issue ? `${issue.path.join('.') || 'the document'}: ${issue.message}` : 'it cannot be read'}`);
  }
  return decide(compilePolicy(read.document), call.data);
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('The call: this is not JSON.');
  }
}
