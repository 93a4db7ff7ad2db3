import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import type { Actor } from '../context.ts';
import { Id } from '../fields.ts';
import { newId } from '../id.ts';
import { refuse } from '../refusal.ts';

export const PolicyId = z.strictObject({ policyId: Id });

export const VersionNumber = z.number().int().positive();

/** The policy of this organization with this id, or null. */
export function findPolicy(tx: Transaction, organizationId: string, id: string) {
  return tx.policy.findUnique({ where: { organizationId_id: { organizationId, id } } });
}

export const noPolicy = () => refuse('not_found', 'This policy does not exist.');

export const policyTarget = ({ id, slug }: { id: string; slug: string }) => ({ kind: 'policy', id, name: slug });

/** The row of one version; null when the policy has no such version. */
export function findVersion(tx: Transaction, organizationId: string, policyId: string, number: number) {
  return tx.policyVersion.findUnique({ where: { organizationId_policyId_number: { organizationId, policyId, number } } });
}

export interface NewVersion {
  policyId: string;
  number: number;
  source: string;
  message: string;
  /** Absent: the actor. Of what somebody had scheduled: that person. */
  author?: { authorId: string | null; authorName: string };
}

/** Adds a version; nobody can change it afterwards. */
export async function addVersion(tx: Transaction, actor: Actor, version: NewVersion, createdAt: Date): Promise<void> {
  const { author = { authorId: actor.kind === 'member' ? actor.userId : null, authorName: actor.name }, ...row } = version;
  await tx.policyVersion.create({ data: { organizationId: actor.organizationId, id: newId(), ...row, ...author, createdAt } });
}
