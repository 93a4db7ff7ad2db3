import type { Actor, Services } from '../context.ts';

export interface ResolvedMember {
  actor: Extract<Actor, { kind: 'member' }>;
  organization: { id: string; slug: string; name: string; pausedAt: Date | null; epoch: number; publishedEpoch: number };
}

/** The organization with this slug, and who the user is in it. Null when it does not exist or the user is no member: both look alike. */
export async function resolveMember(
  s: Pick<Services, 'db'>,
  { userId, slug }: { userId: string; slug: string },
): Promise<ResolvedMember | null> {
  return s.db.forUser(userId, async (tx) => {
    const membership = await tx.membership.findFirst({
      where: { userId, organization: { slug } },
      include: { organization: true, user: { select: { name: true } } },
    });
    if (!membership) return null;
    const { id, name, pausedAt, epoch, publishedEpoch } = membership.organization;
    return {
      actor: { kind: 'member', organizationId: id, userId, name: membership.user.name, role: membership.role },
      organization: { id, slug: membership.organization.slug, name, pausedAt, epoch, publishedEpoch },
    };
  });
}
