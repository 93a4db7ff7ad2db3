import { randomBytes } from 'node:crypto';
import { recordChange } from '../audit/record-change.ts';
import type { Services } from '../context.ts';
import { newId } from '../id.ts';
import { publishEpoch } from '../publish-epoch.ts';
import { isReservedSlug, slugOf } from '../slug.ts';
import { isUniqueViolation } from '../unique-violation.ts';

export interface NewOrganization {
  id: string;
  slug: string;
  name: string;
}

export interface NewUser {
  name: string;
  email: string;
  passwordHash: string | null;
  identity?: { provider: string; providerAccountId: string };
}

/** Makes a user, an organization named after the user, and its owner, all or nothing. Throws a unique violation for a taken e-mail. */
export async function createOwnOrganization(s: Services, user: NewUser): Promise<{ userId: string; organization: NewOrganization }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await create(s, user, await chooseSlug(s, user.name));
    } catch (error) {
      // Somebody took the same slug between the look and the insert.
      if (attempt < 5 && isUniqueViolation(error, 'slug')) continue;
      throw error;
    }
  }
}

async function create(s: Services, { identity, ...user }: NewUser, slug: string) {
  const userId = newId();
  const organization = { id: newId(), slug, name: user.name };
  await s.db.forOrganization(organization.id, async (tx) => {
    await tx.user.create({ data: { id: userId, ...user } });
    if (identity) await tx.userIdentity.create({ data: { ...identity, userId } });
    await tx.organization.create({ data: organization });
    await tx.membership.create({ data: { organizationId: organization.id, userId, role: 'owner' } });
    const actor = { kind: 'member', organizationId: organization.id, userId, name: user.name, role: 'owner' } as const;
    await recordChange(
      tx,
      actor,
      { action: 'organization.create', target: { kind: 'organization', id: organization.id, name: organization.name }, after: { slug } },
      s.now(),
    );
  });
  await publishEpoch(s, organization.id, 1);
  return { userId, organization };
}

async function chooseSlug(s: Services, name: string): Promise<string> {
  const wanted = slugOf(name, 'organization').slice(0, 33).replace(/-+$/, '');
  for (const slug of [wanted, `${wanted}-2`, `${wanted}-3`]) if (!isReservedSlug(slug) && !(await isTaken(s, slug))) return slug;
  return `${wanted}-${randomBytes(3).toString('hex')}`;
}

async function isTaken(s: Services, slug: string): Promise<boolean> {
  return (await s.db.forSlug(slug, (tx) => tx.organization.findUnique({ where: { slug }, select: { id: true } }))) !== null;
}
