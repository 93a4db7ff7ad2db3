import 'server-only';
import type { AuditEvent } from '@toolgate/audit/event';
import { readEvent } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { may } from '@toolgate/services/permission';
import { readPolicy } from '@toolgate/services/policy/read';
import { services } from '@/server/services';
import { notToTry } from './not-to-try.ts';
import type { AskedCall } from './recorded-call.ts';
import { effectOf } from './recorded-effect.ts';

/** The call that `?call=` names by its number in the log, without the values of its arguments. */
export async function loadRecordedCall(actor: Actor, org: string, seq: string): Promise<AskedCall> {
  const number = /^[1-9]\d{0,14}$/.test(seq) ? Number(seq) : null;
  if (number === null) return { ok: false, problem: 'The address asks for a call of the log, but not by a number.' };
  const event = await readEvent(services(), actor, number);
  if (!event?.tool || !event.decision) return { ok: false, problem: notToTry(number, event) };
  const { at, tool, serverId, server, grantId, grant, client, decision, code, rule, message, detail } = event;
  const policy = await policyOf(actor, org, event);
  const decided = { decision, effect: effectOf(decision), code, rule, message, policy };
  return {
    ok: true,
    call: {
      ...{ seq: event.seq, at, tool, serverId, server, grantId, grant, client, decided },
      argumentNames: detail.argumentKeys ?? null,
      kept: detail.captured !== undefined,
      mayReadValues: may(actor, 'audit.capture'),
    },
  };
}

/** The policy that decided, where it can still be looked at. */
async function policyOf(actor: Actor, org: string, { policyId, policyVersion: version, rule, detail }: AuditEvent) {
  if (policyId === null || version === null) return null;
  const policy = await readPolicy(services(), actor, policyId);
  const place = rule === null ? '' : `?rule=${encodeURIComponent(rule)}`;
  return {
    name: policy?.name ?? detail.policy ?? 'a policy that is gone',
    version,
    href: policy && `/${org}/policies/${policy.slug}/versions/${version}${place}`,
  };
}
