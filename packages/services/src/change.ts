/** The one way to change an organization: locked, checked, recorded, counted by the epoch, and published before it is answered. */
import type { Transaction } from '@toolgate/db/database';
import type { z } from 'zod';
import { type ChangeFacts, recordChange } from './audit/record-change.ts';
import type { Actor, Services } from './context.ts';
import { parseInput } from './parse-input.ts';
import { forbidden, may, type Permission } from './permission.ts';
import { publishEpoch } from './publish-epoch.ts';
import { done, type Refusal, type Result, refuse } from './refusal.ts';

/** `inForce`: every gateway holds to the change from the next request on. False: saved, and the worker keeps trying. */
export interface InForce {
  inForce: boolean;
}

export interface LockedOrganization {
  id: string;
  slug: string;
  name: string;
  pausedAt: Date | null;
  epoch: number;
  publishedEpoch: number;
}

/** What a verb made. Without an event nothing changed: the epoch stays. */
export interface Made<T> {
  value: T;
  event: ChangeFacts | null;
}

export interface ChangeCall<S extends z.ZodType> {
  permission: Permission;
  schema: S;
  input: unknown;
}

type Run<S extends z.ZodType, T, R extends Refusal> = (
  tx: Transaction,
  input: z.output<S>,
  organization: LockedOrganization,
) => Promise<{ ok: true; value: Made<T> } | { ok: false; refusal: R }>;

export const changed = <T>(value: T, event: ChangeFacts): { ok: true; value: Made<T> } => ({ ok: true, value: { value, event } });
export const unchanged = <T>(value: T): { ok: true; value: Made<T> } => ({ ok: true, value: { value, event: null } });

/**
 * Checks the actor's role (as stored, not as claimed), runs the verb with the organization locked, and makes its change known.
 * A refusal undoes everything that the verb wrote.
 */
export async function change<S extends z.ZodType, T extends object, R extends Refusal = Refusal>(
  s: Services,
  actor: Actor,
  { permission, schema, input }: ChangeCall<S>,
  run: Run<S, T, R>,
): Promise<{ ok: true; value: T & InForce } | { ok: false; refusal: R | Refusal }> {
  if (!may(actor, permission)) return forbidden(permission);
  const parsed = parseInput(schema, input);
  if (!parsed.ok) return parsed;
  try {
    const made = await s.db.forOrganization(actor.organizationId, async (tx) => {
      const organization = await lockOrganization(tx, actor.organizationId);
      if (!organization) throw new Refused(refuse('not_found', 'This organization does not exist.').refusal);
      if (!(await stillMay(tx, actor, permission))) throw new Refused(forbidden(permission).refusal);
      const result = await run(tx, parsed.value, organization);
      if (!result.ok) throw new Refused(result.refusal);
      const { value, event } = result.value;
      if (!event) return { value, epoch: organization.epoch, known: organization.publishedEpoch >= organization.epoch };
      await recordChange(tx, actor, event, s.now());
      return { value, epoch: await nextEpoch(tx, organization.id), known: false };
    });
    const inForce = made.known || (await publishEpoch(s, actor.organizationId, made.epoch));
    return done({ ...made.value, inForce });
  } catch (error) {
    if (error instanceof Refused) return { ok: false, refusal: error.refusal as R | Refusal };
    throw error;
  }
}

/**
 * Changes of one organization happen one after the other: uniqueness and version numbers are decided under this lock. Rows that only refer to
 * the organization are added meanwhile: an approval that is asked for must not wait for the one who answers it, who waits for its row.
 */
export async function lockOrganization(tx: Transaction, id: string): Promise<LockedOrganization | null> {
  const rows = await tx.$queryRaw<LockedOrganization[]>`
    SELECT "id", "slug", "name", "pausedAt", "epoch", "publishedEpoch" FROM "Organization" WHERE "id" = ${id} FOR NO KEY UPDATE`;
  return rows[0] ?? null;
}

/** Bumps the epoch within the transaction that changes something. */
export async function nextEpoch(tx: Transaction, id: string): Promise<number> {
  const { epoch } = await tx.organization.update({ where: { id }, data: { epoch: { increment: 1 } }, select: { epoch: true } });
  return epoch;
}

/** A member who was removed or lost the role since the page was loaded changes nothing. */
export async function stillMay(tx: Transaction, actor: Actor, permission: Permission): Promise<boolean> {
  if (actor.kind === 'operator') return true;
  const { organizationId, userId } = actor;
  const membership = await tx.membership.findUnique({ where: { organizationId_userId: { organizationId, userId } } });
  return membership !== null && may({ ...actor, role: membership.role }, permission);
}

/** Carries a refusal out of the transaction, so that it is rolled back. */
class Refused extends Error {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.message);
    this.refusal = refusal;
  }
}
export type ChangeResult<T extends object = object> = Result<T & InForce>;
