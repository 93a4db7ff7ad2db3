import type { ApprovalMode, ApprovalState } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import type { Actor } from '../context.ts';
import { type Refusal, refuse } from '../refusal.ts';

export interface PendingApproval {
  id: string;
  grantId: string;
  serverId: string;
  tool: string;
  policyId: string;
  policyVersion: number;
  state: ApprovalState;
  mode: ApprovalMode | null;
  requiredApprovals: number;
  requesterExcluded: boolean;
  /** By the database's clock. */
  isOver: boolean;
  grant: string;
  server: string;
  requester: string;
  requesterId: string | null;
  /** Of the policy that now governs this grant on this server; null: none. */
  currentVersion: number | null;
}

/** The approval, locked until the transaction ends, with what it is about; null when the organization has none such. */
export async function lockApproval(tx: Transaction, organizationId: string, id: string): Promise<PendingApproval | null> {
  const rows = await tx.$queryRaw<PendingApproval[]>`
    SELECT a."id", a."grantId", a."serverId", a."tool", a."policyId", a."policyVersion", a."state"::text AS "state", a."mode"::text AS "mode",
      a."requiredApprovals", a."requesterExcluded", a."expiresAt" <= clock_timestamp() AS "isOver",
      g."label" AS "grant", g."createdBy" AS "requester", g."createdById" AS "requesterId", s."slug" AS "server",
      (SELECT p."currentVersion" FROM "GrantServer" gs JOIN "Policy" p ON p."organizationId" = gs."organizationId" AND p."id" = gs."policyId"
        WHERE gs."organizationId" = a."organizationId" AND gs."grantId" = a."grantId" AND gs."serverId" = a."serverId"
          AND gs."policyId" = a."policyId") AS "currentVersion"
    FROM "Approval" a
    JOIN "Grant" g ON g."organizationId" = a."organizationId" AND g."id" = a."grantId"
    JOIN "Server" s ON s."organizationId" = a."organizationId" AND s."id" = a."serverId"
    WHERE a."organizationId" = ${organizationId} AND a."id" = ${id}
    FOR UPDATE OF a`;
  return rows[0] ?? null;
}

type Refused = { ok: false; refusal: Refusal } | null;

export const noApproval = () => refuse('not_found', 'This request does not exist.');

/** Why it can no longer be answered; null: it can. */
export function whyNotOpen({ state, isOver, policyVersion, currentVersion }: PendingApproval): Refused {
  if (state !== 'pending' && state !== 'expired') return refuse('conflict', 'Somebody has answered this request already.');
  if (state === 'expired' || isOver) return refuse('conflict', 'This request has expired. The next call of the agent asks again.');
  if (policyVersion === currentVersion) return null;
  return refuse(
    'conflict',
    'The policy has changed since, so that an answer would not be accepted. The next call of the agent asks again.',
  );
}

/** Whoever made the grant asks for its calls. A grant that does not say who made it is known by the name. */
export function isRequester(
  approval: Pick<PendingApproval, 'requester' | 'requesterId'>,
  actor: Extract<Actor, { kind: 'member' }>,
): boolean {
  return approval.requesterId === null ? approval.requester === actor.name : approval.requesterId === actor.userId;
}

export const approvalTarget = ({ id, tool }: Pick<PendingApproval, 'id' | 'tool'>) => ({ kind: 'approval', id, name: tool });
