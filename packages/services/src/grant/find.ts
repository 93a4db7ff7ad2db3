import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import { Id, nameOf } from '../fields.ts';
import { refuse } from '../refusal.ts';

export const GrantId = z.strictObject({ grantId: Id });

export const Label = nameOf(64);

/** Which servers a grant reaches, and the policy that governs it on each. */
export const GrantServers = z
  .array(z.strictObject({ serverId: Id, policyId: Id }))
  .min(1, 'Choose at least one server.')
  .max(200, 'Choose at most 200 servers.')
  .refine((servers) => new Set(servers.map(({ serverId }) => serverId)).size === servers.length, 'A server is named twice.');

/** The grant of this organization with this id, or null. */
export function findGrant(tx: Transaction, organizationId: string, id: string) {
  return tx.grant.findUnique({ where: { organizationId_id: { organizationId, id } } });
}

export const noGrant = () => refuse('not_found', 'This grant does not exist.');
export const isRevoked = () => refuse('conflict', 'This grant was revoked. Create a new one.');

export const grantTarget = ({ id, label }: { id: string; label: string }) => ({ kind: 'grant', id, name: label });

/** What of the named servers and policies this organization does not have. */
export async function missingServers(tx: Transaction, organizationId: string, servers: z.output<typeof GrantServers>) {
  const serverIds = [...new Set(servers.map(({ serverId }) => serverId))];
  const policyIds = [...new Set(servers.map(({ policyId }) => policyId))];
  const found = await tx.server.count({ where: { organizationId, id: { in: serverIds } } });
  if (found < serverIds.length) return refuse('not_found', 'This server does not exist.', { servers: 'This server does not exist.' });
  const policies = await tx.policy.count({ where: { organizationId, id: { in: policyIds } } });
  if (policies < policyIds.length) return refuse('not_found', 'This policy does not exist.', { servers: 'This policy does not exist.' });
  return null;
}
