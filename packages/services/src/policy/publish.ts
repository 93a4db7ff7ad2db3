import type { Transaction } from '@toolgate/db/database';
import { editPolicy } from '@toolgate/policy/edit';
import type { Conversion } from '@toolgate/policy/problem';
import { z } from 'zod';
import { change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';
import { checkSource, Message, type PublishRefusal } from './check-source.ts';
import type { PublishResult } from './create.ts';
import { findPolicy, findVersion, noPolicy, PolicyId, policyTarget } from './find.ts';
import { putInForce } from './put-in-force.ts';
import { passTests, TestOverride, withOverride } from './run-tests.ts';

export const VersionNumber = z.number().int().positive();

const Publish = PolicyId.extend({
  source: z.string(),
  /** The version that the edit began from: what somebody else published meanwhile is not overwritten unseen. */
  expectedVersion: VersionNumber.optional(),
  message: Message,
  /** Until then its decisions are recorded, not enforced; then it is enforced, by itself. */
  shadowUntil: z.iso.datetime().optional(),
  overrideTests: TestOverride.optional(),
});

export interface Published {
  version: number;
  /** False: the document is the one in force already, and no version was made. */
  changed: boolean;
  conversions: Conversion[];
}

/**
 * Makes a new, immutable version and puts it in force. Refused with `conflict` when `expectedVersion` is not the current one, and with the
 * failing tests when the policy's own tests do not pass.
 */
export function publishPolicy(s: Services, actor: Actor, input: z.input<typeof Publish>): Promise<PublishResult<Published>> {
  return change<typeof Publish, Published, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: Publish, input },
    async (tx, { policyId, source, expectedVersion, message, shadowUntil, overrideTests }) => {
      const { organizationId } = actor;
      const policy = await findPolicy(tx, organizationId, policyId);
      if (!policy) return noPolicy();
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const { conversions, document } = checked.value;
      const before = policy.currentVersion;
      const current = await findVersion(tx, organizationId, policyId, before);
      if (current?.source === source) return unchanged({ version: before, changed: false, conversions });
      if (expectedVersion !== undefined && expectedVersion !== before) {
        return refuse('conflict', `Version ${before} was published meanwhile. Compare it with yours, then publish again.`);
      }
      const tested = await passTests(tx, actor, { policyId, source, override: overrideTests });
      if (!tested.ok) return tested;
      const said = withOverride(message, tested.value);
      const overridden = tested.value ? { overriddenTests: tested.value } : {};
      const shadow = shadowUntil === undefined ? null : new Date(shadowUntil);
      if (shadow !== null) {
        const problem = shadowProblem(shadow, s.now(), document.mode);
        if (problem) return { ok: false, refusal: problem };
      }
      const text = shadow ? editPolicy(source, { kind: 'mode', value: 'shadow' }) : source;
      const { version, endsShadow } = await putInForce(tx, actor, policy, { source: text, message: said }, s.now());
      if (shadow) await schedule(tx, actor, { policyId, shadowVersion: version, source, message: said, at: shadow }, s.now());
      const more = { ...(shadow ? { shadowUntil: shadow } : {}), ...(endsShadow ? { endsShadow } : {}), ...overridden };
      const after = { version, message, ...more };
      return changed(
        { version, changed: true, conversions },
        { action: 'policy.publish', target: policyTarget(policy), before: { version: before }, after },
      );
    },
  );
}

const MINUTE_MS = 60_000;
const LONGEST_SHADOW_MS = 30 * 24 * 60 * MINUTE_MS;

/** A little less than a minute passes for one: the form was sent a moment ago. */
function shadowProblem(until: Date, now: Date, mode: 'enforce' | 'shadow'): Refusal | null {
  const lasts = until.getTime() - now.getTime();
  const problem =
    mode === 'shadow'
      ? 'This document is in shadow already: set its mode to enforce, or publish it without a shadow period.'
      : lasts < MINUTE_MS / 2 || lasts > LONGEST_SHADOW_MS
        ? 'A shadow period lasts between a minute and 30 days.'
        : null;
  return problem === null ? null : refuse('invalid', problem, { shadowUntil: problem }).refusal;
}

interface ShadowPeriod {
  policyId: string;
  shadowVersion: number;
  source: string;
  message: string;
  at: Date;
}

async function schedule(tx: Transaction, actor: Actor, period: ShadowPeriod, createdAt: Date): Promise<void> {
  const by = { createdBy: actor.name, createdById: actor.kind === 'member' ? actor.userId : null };
  await tx.policySchedule.create({ data: { organizationId: actor.organizationId, ...period, ...by, createdAt } });
}
