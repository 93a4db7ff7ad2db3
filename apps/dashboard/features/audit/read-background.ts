import 'server-only';
import { explainPointer } from '@toolgate/policy/explain-pointer';
import { fromPointer } from '@toolgate/policy/pointer';
import { readPolicy as readDocument } from '@toolgate/policy/read';
import { type EventProof, readEventProof } from '@toolgate/services/audit/event-proof';
import { readEvent } from '@toolgate/services/audit/read';
import type { Actor } from '@toolgate/services/context';
import { readPolicy, readVersion } from '@toolgate/services/policy/read';
import { findNodeAtLocation, parseTree } from 'jsonc-parser';
import { services } from '@/server/services';
import { decidingRule } from './event-text.ts';

/** What an event itself does not say: what the line that decided means, and whether its place in the chain holds. */
export interface Background {
  proof: EventProof;
  rule: RuleWords | null;
  shadowRule: RuleWords | null;
  /** The same line in the version in force, where that is another one. */
  today: (RuleWords & { version: number }) | null;
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
  const { policyId, policyVersion, detail } = event;
  const version =
    policyId !== null && policyVersion !== null ? await readVersion(services(), actor, { policyId, number: policyVersion }) : null;
  const words = (pointer: string | null | undefined) =>
    version && typeof pointer === 'string' ? ruleWords(version.source, pointer) : null;
  const pointer = decidingRule(event);
  const background: Background = {
    proof,
    rule: words(pointer),
    shadowRule: words(detail.shadow?.rule),
    today: policyId !== null && pointer !== null ? await todayOf(actor, policyId, policyVersion, pointer) : null,
  };
  return Response.json(background, { headers: { 'cache-control': 'no-store' } });
}

async function todayOf(actor: Actor, policyId: string, then: number | null, pointer: string): Promise<Background['today']> {
  const policy = await readPolicy(services(), actor, policyId);
  if (!policy || policy.currentVersion === then) return null;
  const words = ruleWords(policy.source, pointer);
  return words && { ...words, version: policy.currentVersion };
}

/** Null when the version cannot be read by today's language. */
function ruleWords(source: string, pointer: string): RuleWords | null {
  const read = readDocument(source);
  return read.ok ? { sentence: explainPointer(read.document, pointer), line: lineOf(source, pointer) } : null;
}

function lineOf(source: string, pointer: string): number | null {
  const root = parseTree(source);
  const path = fromPointer(pointer).map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  const node = root && findNodeAtLocation(root, path);
  if (!node) return null;
  const { offset } = node.parent?.type === 'property' ? node.parent : node;
  return source.slice(0, offset).split('\n').length;
}
