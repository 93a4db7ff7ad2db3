import type { Services } from '../context.ts';
import type { Claim } from './ask.ts';

/**
 * Gives an approval back that was taken for a request of which nothing was sent upstream: it was limited, or its server could not be reached.
 * Only whoever took it last can; what was not given back (a crash) stays used.
 */
export async function giveBackApproval(
  s: Pick<Services, 'db'>,
  { organizationId, approvalId, continues }: Claim,
  requestId: string,
): Promise<boolean> {
  const given = await s.db.forOrganization(organizationId, (tx) =>
    continues !== null
      ? // The use stands; another try may go on with it.
        tx.$executeRaw`
      UPDATE "Approval" SET "usedBy" = ${continues}
      WHERE "organizationId" = ${organizationId} AND "id" = ${approvalId} AND "usedBy" = ${requestId} AND "state" = 'used'`
      : tx.$executeRaw`
      UPDATE "Approval" SET "state" = 'approved', "uses" = "uses" - 1, "usedBy" = NULL
      WHERE "organizationId" = ${organizationId} AND "id" = ${approvalId} AND "usedBy" = ${requestId}
        AND ("state" = 'used' AND "mode" = 'once' OR "state" = 'approved') AND "uses" > 0`,
  );
  return given === 1;
}
