import type { Conversion } from '@toolgate/policy/problem';
import { z } from 'zod';
import { change, changed, type InForce } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { Name, Slug } from '../fields.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';
import { freeSlug, slugOf } from '../slug.ts';
import { checkSource, Message, type PublishRefusal } from './check-source.ts';
import { addVersion, policyTarget } from './find.ts';

/** Of one organization at most. */
const MAX_POLICIES = 1000;

const Create = z.strictObject({ name: Name, slug: Slug.optional(), source: z.string(), message: Message });

export interface CreatedPolicy {
  id: string;
  slug: string;
  version: number;
  /** What was written in an older dialect, and how it was understood. */
  conversions: Conversion[];
}

export type PublishResult<T> = { ok: true; value: T & InForce } | { ok: false; refusal: PublishRefusal };

/** Makes a policy whose version 1 is this document. */
export function createPolicy(s: Services, actor: Actor, input: z.input<typeof Create>): Promise<PublishResult<CreatedPolicy>> {
  return change<typeof Create, CreatedPolicy, PublishRefusal>(
    s,
    actor,
    { permission: 'policy.manage', schema: Create, input },
    async (tx, given) => {
      const { organizationId } = actor;
      const { name, source, message } = given;
      const checked = checkSource(source);
      if (!checked.ok) return checked;
      const rows = await tx.policy.findMany({ where: { organizationId }, select: { slug: true } });
      if (rows.length >= MAX_POLICIES) return refuse('conflict', `An organization has at most ${MAX_POLICIES} policies.`);
      const taken = new Set(rows.map((row) => row.slug));
      if (given.slug !== undefined && taken.has(given.slug)) {
        const problem = 'Another policy has this name in its address already.';
        return refuse('conflict', problem, { slug: problem });
      }
      const slug = given.slug ?? (await freeSlug(slugOf(name, 'policy'), (candidate) => taken.has(candidate)));
      const policy = await tx.policy.create({ data: { organizationId, id: newId(), slug, name, currentVersion: 1, createdAt: s.now() } });
      await addVersion(tx, actor, { policyId: policy.id, number: 1, source, message }, s.now());
      return changed(
        { id: policy.id, slug, version: 1, conversions: checked.value.conversions },
        { action: 'policy.create', target: policyTarget(policy), after: { name, version: 1 } },
      );
    },
  );
}
