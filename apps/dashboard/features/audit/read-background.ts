import 'server-only';
import type { AuditEvent } from '@toolgate/audit/event';
import { explainPointer } from '@toolgate/policy/explain-pointer';
import { readPolicy as readDocument } from '@toolgate/policy/read';
import { type EventProof, readEventProof } from '@toolgate/services/audit/event-proof';
import { readEvent } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { readGrant } from '@toolgate/services/grant/read';
import { may } from '@toolgate/services/permission';
import { readPolicy, readVersion } from '@toolgate/services/policy/read';
import { services } from '@/server/services';
import { decidingRule } from './event-text.ts';
import { lineOf } from './line-of.ts';
import { type NextTime, nextTime } from './next-time.ts';
import { isToolCall, type ToolCall } from './tool-call.ts';

/** What an event itself does not say: what the line that decided means, whether its place in the chain holds, and what comes next. */
export interface Background {
  proof: EventProof;
  rule: RuleWords | null;
  shadowRule: RuleWords | null;
  /** The same line in the version in force, where that is another one. */
  today: (RuleWords & { version: number }) | null;
  /** Null: it is no call that a policy could be asked about again. */
  next: NextTime | null;
}

export interface RuleWords {
  sentence: string;
  /** In the version that decided, from 1; null when it is not there. */
  line: number | null;
}

export async function readBackground(actor: Actor, seqText: string): Promise<Response> {
  const seq = /^\d{1,15}$/.test(seqText) ? Number(seqText) : 0;
  const [event, proof] = await Promise.all([readEvent(services(), actor, seq), seq > 0 ? readEventProof(services(), actor, seq) : null]);
  if (!event || !proof) return Response.json({ message: 'There is no such event.' }, { status: 404 });
  const { policyId, policyVersion } = event;
  const version =
    policyId !== null && policyVersion !== null ? await readVersion(services(), actor, { policyId, number: policyVersion }) : null;
  const words = (pointer: string | null | undefined) =>
    version && typeof pointer === 'string' ? ruleWords(version.source, pointer) : null;
  const pointer = decidingRule(event);
  const [today, next] = await Promise.all([
    policyId !== null && pointer !== null ? todayOf(actor, policyId, policyVersion, pointer) : null,
    isToolCall(event) ? nextOf(actor, event) : null,
  ]);
  const background: Background = {
    proof,
    rule: words(pointer),
    shadowRule: await shadowWords(actor, event, words),
    today,
    next,
  };
  return Response.json(background, { headers: { 'cache-control': 'no-store' } });
}

/** The line that would have decided stands in the version that decided, or in the one that was in its shadow period beside it. */
async function shadowWords(
  actor: Actor,
  { policyId, detail: { shadow } }: AuditEvent,
  words: (pointer: string | null | undefined) => RuleWords | null,
): Promise<RuleWords | null> {
  if (shadow?.version === undefined || shadow.rule === null || policyId === null) return words(shadow?.rule);
  const version = await readVersion(services(), actor, { policyId, number: shadow.version });
  return version && ruleWords(version.source, shadow.rule);
}

async function todayOf(actor: Actor, policyId: string, then: number | null, pointer: string): Promise<Background['today']> {
  const policy = await readPolicy(services(), actor, policyId);
  if (!policy || policy.currentVersion === then) return null;
  const words = ruleWords(policy.source, pointer);
  return words && { ...words, version: policy.currentVersion };
}

async function nextOf(actor: Actor, event: ToolCall): Promise<NextTime> {
  const grant = await readGrant(services(), actor, event.grantId);
  const governing = grant?.servers.find(({ serverId }) => serverId === event.serverId);
  const policy = governing ? await readPolicy(services(), actor, governing.policyId) : null;
  return nextTime(event, { mayEdit: may(actor, 'policy.manage'), grant, policy });
}

/** Null when the version cannot be read by today's language. */
function ruleWords(source: string, pointer: string): RuleWords | null {
  const read = readDocument(source);
  return read.ok ? { sentence: explainPointer(read.document, pointer), line: lineOf(source, pointer) } : null;
}
