/** The shadow period of a version: recorded beside the one in force, until it takes its place. */
import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { PolicyId, VersionNumber } from './find.ts';

export const InShadow = PolicyId.extend({
  /** The version in shadow that was looked at: another one that somebody put there meanwhile is not meant. */
  expectedShadow: VersionNumber.optional(),
});

export const noShadow = () => refuse('not_found', 'No version of this policy is in shadow.');

const MINUTE_MS = 60_000;
const LONGEST_SHADOW_MS = 30 * 24 * 60 * MINUTE_MS;

/** Why a document cannot be in shadow until then; null: it can. A little less than a minute passes for one: the form was sent a moment ago. */
export function shadowProblem(until: Date, now: Date, mode: 'enforce' | 'shadow'): Refusal | null {
  const lasts = until.getTime() - now.getTime();
  const problem =
    mode === 'shadow'
      ? 'This document is in shadow by itself, so nothing would change at the end: set its mode to enforce, or publish it without a shadow period.'
      : lasts < MINUTE_MS / 2 || lasts > LONGEST_SHADOW_MS
        ? 'A shadow period lasts between a minute and 30 days.'
        : null;
  return problem === null ? null : refuse('invalid', problem, { shadowUntil: problem }).refusal;
}

export interface NewShadowPeriod {
  policyId: string;
  shadowVersion: number;
  at: Date;
  overriddenTests: string[];
}

export async function beginShadow(tx: Transaction, actor: Actor, period: NewShadowPeriod, createdAt: Date): Promise<void> {
  const by = { createdBy: actor.name, createdById: actor.kind === 'member' ? actor.userId : null };
  await tx.policySchedule.create({ data: { organizationId: actor.organizationId, ...period, ...by, createdAt } });
}

/** The shadow period of a policy with its version; null when there is none. */
export function findShadow(tx: Transaction, organizationId: string, policyId: string) {
  return tx.policySchedule.findUnique({ where: { organizationId_policyId: { organizationId, policyId } }, include: { version: true } });
}

/** Refused when another version is in shadow than the one that was looked at; `expected` absent: whichever is. */
export async function expectShadow(
  tx: Transaction,
  { organizationId }: Actor,
  policyId: string,
  expected: number | null | undefined,
): Promise<Refusal | null> {
  const found = (await findShadow(tx, organizationId, policyId)) ?? null;
  if (expected === undefined || expected === (found?.shadowVersion ?? null)) return null;
  const problem = found
    ? `${found.createdBy} put version ${found.shadowVersion} in shadow meanwhile. Load the page again to see it; whatever takes force withdraws it.`
    : `Version ${expected} is not in shadow any more. Load the page again.`;
  return refuse('conflict', problem, { expectedShadow: problem }).refusal;
}
