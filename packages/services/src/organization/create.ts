import { z } from 'zod';
import { recordChange } from '../audit/record-change.ts';
import type { Services } from '../context.ts';
import { Name, OrganizationSlug } from '../fields.ts';
import { newId } from '../id.ts';
import { parseInput } from '../parse-input.ts';
import { publishEpoch } from '../publish-epoch.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { isUniqueViolation } from '../unique-violation.ts';

const Create = z.strictObject({ slug: OrganizationSlug, name: Name });

/** Makes an organization without members, for the operator of the machine; see `ensureOwner`. */
export async function createOrganization(
  s: Services,
  operator: { name: string },
  input: z.input<typeof Create>,
): Promise<Result<{ id: string; slug: string; inForce: boolean }>> {
  const parsed = parseInput(Create, input);
  if (!parsed.ok) return parsed;
  const { slug, name } = parsed.value;
  const id = newId();
  const actor = { kind: 'operator', organizationId: id, name: operator.name } as const;
  try {
    await s.db.forOrganization(id, async (tx) => {
      await tx.organization.create({ data: { id, slug, name } });
      const target = { kind: 'organization', id, name };
      await recordChange(tx, actor, { action: 'organization.create', target, after: { slug } }, s.now());
    });
  } catch (error) {
    if (!isUniqueViolation(error, 'slug')) throw error;
    return refuse('conflict', 'There is an organization with this slug already.', { slug: 'This is taken.' });
  }
  return done({ id, slug, inForce: await publishEpoch(s, id, 1) });
}

/** The organization with this slug, for the operator; null when there is none. */
export function findOrganization(s: Pick<Services, 'db'>, slug: string): Promise<{ id: string; slug: string; name: string } | null> {
  return s.db.forSlug(slug, (tx) => tx.organization.findUnique({ where: { slug }, select: { id: true, slug: true, name: true } }));
}
