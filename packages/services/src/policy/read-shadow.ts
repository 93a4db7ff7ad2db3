import type { Actor, Services } from '../context.ts';

/** How many calls a version in its shadow period would have decided otherwise than the one in force, by what it would have made of them. */
export interface ShadowDifferences {
  allow: number;
  deny: number;
  limit: number;
  pending: number;
}

/** What is recorded so far; zeros for a version that was never in shadow, or of a foreign policy. */
export async function readShadowDifferences(
  s: Pick<Services, 'db'>,
  actor: Actor,
  { policyId, version }: { policyId: string; version: number },
): Promise<ShadowDifferences> {
  const { organizationId } = actor;
  const rows = await s.db.forOrganization(organizationId, (tx) =>
    tx.policyActivity.groupBy({
      by: ['shadowEffect'],
      where: { organizationId, policyId, shadowVersion: version },
      _sum: { count: true },
    }),
  );
  const of = (effect: keyof ShadowDifferences) => rows.find(({ shadowEffect }) => shadowEffect === effect)?._sum.count ?? 0;
  return { allow: of('allow'), deny: of('deny'), limit: of('limit'), pending: of('pending') };
}
