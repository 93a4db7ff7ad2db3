import { compilePolicy } from '@toolgate/policy/compile';
import { readPolicy } from '@toolgate/policy/read';
import type { GrantRead } from '@toolgate/services/grant/read';
import type { PolicyRead } from '@toolgate/services/policy/read';
import { lineOf } from './line-of.ts';
import type { ToolCall } from './tool-call.ts';

/** What can be done about the next call like this one. */
export type NextTime = { kind: 'policy'; policy: { slug: string; name: string }; way: Way } | { kind: 'none'; why: string };

/** How the policy that governs the grant today would let it pass. */
export type Way =
  /** A rule for the tool that allows it. */
  | { kind: 'allow' }
  /** Another word in this line of it. */
  | { kind: 'line'; rule: string }
  /** None that a policy could say; `why` null: there is nothing to mend. */
  | { kind: 'none'; why: string | null };

export interface Today {
  mayEdit: boolean;
  grant: Pick<GrantRead, 'label' | 'state'> | null;
  /** What governs the grant on the server of the call. */
  policy: Pick<PolicyRead, 'id' | 'slug' | 'name' | 'source'> | null;
}

/** What today's policy can be asked about a call, and how it could decide otherwise. */
export function nextTime(event: ToolCall, { mayEdit, grant, policy }: Today): NextTime {
  if (!mayEdit) return none('Owners, admins and policy managers can try this call with today’s policy, and change it.');
  const label = grant?.label ?? event.grant ?? 'The grant';
  if (!grant) return none(`Grant ${label} is gone, so no policy decides about its calls any more.`);
  if (grant.state === 'revoked') return none(`Grant ${label} is revoked, so no policy decides about its calls any more.`);
  if (!policy) return none(`Grant ${label} has no policy for ${event.server ?? 'this server'} any more, so each of its calls is denied.`);
  return { kind: 'policy', policy: { slug: policy.slug, name: policy.name }, way: wayOf(event, policy) };
}

const none = (why: string): NextTime => ({ kind: 'none', why });

/** Refusals that come before the policy. */
const BEFORE: Record<string, string> = {
  paused: 'A pause denied it, which no policy overrides.',
  tool_quarantined: 'Its server did not have this tool, or nobody had reviewed it: no policy lets such a tool pass.',
};

function wayOf(event: ToolCall, { id, name, source }: NonNullable<Today['policy']>): Way {
  if (event.decision === 'allowed' || event.decision === 'approved') return noWay(null);
  const before = event.code !== null && Object.hasOwn(BEFORE, event.code) ? BEFORE[event.code] : undefined;
  if (before !== undefined) return noWay(before);
  const read = readPolicy(source);
  if (!read.ok) return noWay(`${name} cannot be read today, so that it denies every call.`);
  const refusal = compilePolicy(read.document)
    .tool(event.tool)
    .refusals.find(({ shadow }) => !shadow);
  // What hides or denies every tool wins over a rule of its own.
  if (refusal) return /^\/(hide|all_tools)(\/|$)/.test(refusal.rule ?? '') ? { kind: 'line', rule: refusal.rule ?? '' } : { kind: 'allow' };
  const decided = event.policyId === id ? event.rule : null;
  if (decided !== null && !STATIC.has(event.code ?? '') && lineOf(source, decided) !== null) return { kind: 'line', rule: decided };
  return noWay(`Today ${name} no longer refuses every call of this tool.`);
}

const noWay = (why: string | null): Way => ({ kind: 'none', why });

/** Refusals of a tool, whatever it is called with. */
const STATIC: ReadonlySet<string> = new Set(['no_policy', 'policy_unreadable', 'hidden', 'default_deny', 'denied']);
