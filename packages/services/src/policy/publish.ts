import type { Conversion } from '@toolgate/policy/problem';
import { z } from 'zod';
import { change, changed, unchanged } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { refuse } from '../refusal.ts';
import { checkSource, Message, type PublishRefusal } from './check-source.ts';
import type { PublishResult } from './create.ts';
import { addVersion, findPolicy, findVersion, noPolicy, PolicyId, policyTarget } from './find.ts';

export const VersionNumber = z.number().int().positive();

const Publish = PolicyId.extend({
  source: z.string(),
  /** The version that the edit began from: what somebody else published meanwhile is not overwritten unseen. */
  expectedVersion: VersionNumber.optional(),
  message: Message,
});

export interface Published {
  version: number;
  /** False: the document is the one in force already, and no version was made. */
  changed: boolean;
  conversions: Conversion[];
}

/** Makes a new, immutable version and puts it in force. Refused with `conflict` when `expectedVersion` is not the current one. */
export function publishPolicy(s: Services, actor: Actor, input: z.input<typeof Publish>): Promise<PublishResult<Published>> {
  return change<typeof Publish, Published, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: Publish, input },
    async (tx, { policyId, source, expectedVersion, message }) => {
      const { organizationId } = actor;
      const policy = await findPolicy(tx, organizationId, policyId);
      if (!policy) return noPolicy();
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const { conversions } = checked.value;
      const before = policy.currentVersion;
      const current = await findVersion(tx, organizationId, policyId, before);
      if (current?.source === source) return unchanged({ version: before, changed: false, conversions });
      if (expectedVersion !== undefined && expectedVersion !== before) {
        return refuse('conflict', `Version ${before} was published meanwhile. Compare it with yours, then publish again.`);
      }
      const version = before + 1;
      await addVersion(tx, actor, { policyId, number: version, source, message }, s.now());
      await tx.policy.update({ where: { organizationId_id: { organizationId, id: policyId } }, data: { currentVersion: version } });
      const event = { action: 'policy.publish', target: policyTarget(policy), before: { version: before }, after: { version, message } };
      return changed({ version, changed: true, conversions }, event);
    },
  );
}
