import type { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import { Id } from '../fields.ts';
import { refuse } from '../refusal.ts';

export const ServerId = z.strictObject({ serverId: Id });

/** The server of this organization with this id, or null. */
export function findServer(tx: Transaction, organizationId: string, id: string) {
  return tx.server.findUnique({ where: { organizationId_id: { organizationId, id } } });
}

export const noServer = () => refuse('not_found', 'This server does not exist.');

export const serverTarget = ({ id, slug }: { id: string; slug: string }) => ({ kind: 'server', id, name: slug });

export function updateServer(tx: Transaction, organizationId: string, id: string, data: Prisma.ServerUpdateInput) {
  return tx.server.update({ where: { organizationId_id: { organizationId, id } }, data });
}
