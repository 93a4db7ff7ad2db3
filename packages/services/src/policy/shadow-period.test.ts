/** The shadow period of a version: how it begins, what ends it, and who did. */
import { createDatabase, type Database } from '@toolgate/db/database';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Services } from '../context.ts';
import { CAPPED, call, DENY, LIMITED, lastEvent as lastEventOf, newPolicy, OPEN } from '../testing/capped-policy.ts';
import { addPolicyTest } from './add-test.ts';
import { discardShadow } from './discard-shadow.ts';
import { endShadow } from './end-shadow.ts';
import { publishPolicy } from './publish.ts';
import { publishScheduled } from './publish-scheduled.ts';
import { listVersions, readPolicy, readVersion } from './read.ts';
import { removePolicyTest } from './remove-test.ts';
import { restorePolicy } from './restore.ts';

let t: TestServices;
let worker: Database;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { patienceMs: 60_000 });
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

const policy = (source?: string) => newPolicy(t, source);
const lastEvent = (organizationId: string) => lastEventOf(t, organizationId);

const HOUR_MS = 3_600_000;
const inAnHour = () => new Date(Date.now() + HOUR_MS).toISOString();
/** The worker, so many hours from now. */
const workerIn = (hours: number): Services => ({ ...t.s, db: worker, now: () => new Date(Date.now() + hours * HOUR_MS) });

test('in a shadow period the version in force stays, and the new one takes its place by the worker, in the name of who scheduled it', async () => {
  const { organizationId, owner, policyId, slug } = await policy(OPEN);
  const until = new Date(Date.now() + HOUR_MS);
  const publish = (more: object) =>
    publishPolicy(t.s, owner, { policyId, source: CAPPED, message: 'Cap', shadowUntil: until.toISOString(), ...more });
  expect(await publish({ shadowUntil: new Date().toISOString() })).toMatchObject({
    refusal: { fields: { shadowUntil: expect.any(String) } },
  });
  expect(await publish({ source: '{"version":"1","default":"deny","mode":"shadow"}' })).toMatchObject({ refusal: { code: 'invalid' } });
  expect(await publish({})).toMatchObject({ value: { version: 2, inForce: true } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({
    ...{ currentVersion: 1, source: OPEN },
    shadow: { version: 2, until, by: owner.name, source: CAPPED, message: 'Cap', blockedBy: [] },
  });
  expect((await lastEvent(organizationId)).record).toMatchObject({
    facts: { action: 'policy.shadow', detail: { before: { version: 1 }, after: { version: 2, shadowUntil: until.toISOString() } } },
  });

  expect(await publishScheduled(workerIn(0), { organizationId, policyId })).toMatchObject({ value: { version: null } });
  // Whoever scheduled it has left meanwhile: the period ends all the same.
  await t.s.db.forOrganization(organizationId, (tx) => tx.membership.deleteMany({ where: { organizationId } }));
  expect(await publishScheduled(workerIn(2), { organizationId, policyId })).toMatchObject({ value: { version: 2, inForce: true } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 2, source: CAPPED, publishedBy: owner.name, shadow: null });
  expect(await readVersion(t.s, owner, { policyId, number: 2 })).toMatchObject({ withdrawnBy: null });
  expect((await lastEvent(organizationId)).record).toMatchObject({
    facts: {
      action: 'policy.publish_scheduled',
      actor: owner.name,
      detail: {
        before: { version: 1 },
        after: { version: 2, scheduled: { by: owner.name, byId: owner.kind === 'member' && owner.userId } },
      },
    },
  });
  expect(await publishScheduled(workerIn(2), { organizationId, policyId })).toMatchObject({ value: { version: null } });
});

test('whatever takes force withdraws the version in shadow, and says so; the numbers of versions are never used twice', async () => {
  const { organizationId, owner, policyId, slug } = await policy(OPEN);
  await publishPolicy(t.s, owner, { policyId, source: CAPPED, shadowUntil: inAnHour() });
  expect(await publishPolicy(t.s, owner, { policyId, source: DENY, shadowUntil: inAnHour() })).toMatchObject({ value: { version: 3 } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 1, shadow: { version: 3 } });
  expect((await lastEvent(organizationId)).record).toMatchObject({ facts: { detail: { after: { withdraws: 2 } } } });
  expect(await restorePolicy(t.s, owner, { policyId, number: 2, expectedVersion: 1 })).toMatchObject({ value: { version: 4 } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 4, source: CAPPED, shadow: null });
  expect((await lastEvent(organizationId)).record).toMatchObject({ facts: { detail: { after: { withdraws: 3 } } } });
  const history = await listVersions(t.s, owner, { policyId });
  expect(history.map(({ number, withdrawnBy }) => [number, withdrawnBy])).toEqual([
    [4, null],
    [3, owner.name],
    [2, owner.name],
    [1, null],
  ]);
  expect(await publishScheduled(workerIn(2), { organizationId, policyId })).toMatchObject({ value: { version: null } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 4 });
});

test('a version in shadow that somebody else put there meanwhile is not withdrawn, discarded or enforced unseen', async () => {
  const { owner, policyId, slug } = await policy(OPEN);
  await publishPolicy(t.s, owner, { policyId, source: CAPPED, shadowUntil: inAnHour(), expectedShadow: null });
  const conflict = { ok: false, refusal: { code: 'conflict', fields: { expectedShadow: expect.stringContaining('version 2') } } };
  expect(await publishPolicy(t.s, owner, { policyId, source: DENY, expectedVersion: 1, expectedShadow: null })).toMatchObject(conflict);
  expect(await endShadow(t.s, owner, { policyId, expectedShadow: 9 })).toMatchObject(conflict);
  expect(await discardShadow(t.s, owner, { policyId, expectedShadow: 9 })).toMatchObject(conflict);
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 1, shadow: { version: 2 } });
});

test('a shadow period is ended now or discarded, each with who did it', async () => {
  const { organizationId, owner, policyId, slug } = await policy(OPEN);
  const manager = await t.member(organizationId, 'policy_manager');
  await publishPolicy(t.s, owner, { policyId, source: CAPPED, shadowUntil: inAnHour() });
  expect(await discardShadow(t.s, manager, { policyId, expectedShadow: 2 })).toMatchObject({ value: { version: 2, inForce: true } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 1, source: OPEN, shadow: null });
  expect(await readVersion(t.s, owner, { policyId, number: 2 })).toMatchObject({ withdrawnBy: manager.name });
  expect((await lastEvent(organizationId)).record).toMatchObject({
    facts: { action: 'policy.discard_shadow', actor: manager.name, detail: { before: { shadowVersion: 2, by: owner.name } } },
  });
  expect(await discardShadow(t.s, manager, { policyId })).toMatchObject({ refusal: { code: 'not_found' } });
  await publishPolicy(t.s, owner, { policyId, source: DENY, shadowUntil: inAnHour() });
  expect(await endShadow(t.s, manager, { policyId, expectedShadow: 3 })).toMatchObject({ value: { version: 3, inForce: true } });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 3, source: DENY, shadow: null });
  expect((await lastEvent(organizationId)).record).toMatchObject({
    facts: { action: 'policy.end_shadow', actor: manager.name, detail: { after: { version: 3, scheduled: { by: owner.name } } } },
  });
  expect(await endShadow(t.s, manager, { policyId })).toMatchObject({ refusal: { code: 'not_found' } });
});

test('a test that fails keeps a version in shadow, by name and noted once, until it passes; one that was overridden does not', async () => {
  const { organizationId, owner, policyId, slug } = await policy(DENY);
  const keep = (name: string) => addPolicyTest(t.s, owner, { policyId, name, call, expected: LIMITED });
  await keep('Overridden');
  const shadowUntil = inAnHour();
  expect(await publishPolicy(t.s, owner, { policyId, source: OPEN, shadowUntil })).toMatchObject({ refusal: { code: 'invalid' } });
  const override = { overrideTests: { reason: 'Incident 7' } };
  expect(await publishPolicy(t.s, owner, { policyId, source: OPEN, shadowUntil, ...override })).toMatchObject({ value: { version: 2 } });
  const added = await keep('Added since');
  const events = () => t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.count());
  const before = await events();
  for (let round = 0; round < 3; round++)
    expect(await publishScheduled(workerIn(2), { organizationId, policyId })).toMatchObject({ value: { version: null } });
  expect(await events()).toBe(before + 1);
  expect((await lastEvent(organizationId)).record).toMatchObject({
    facts: { action: 'policy.shadow_blocked', detail: { after: { version: 1, shadowVersion: 2, failingTests: ['Added since'] } } },
  });
  expect(await readPolicy(t.s, owner, slug)).toMatchObject({ currentVersion: 1, shadow: { blockedBy: ['Added since'] } });
  expect(await endShadow(t.s, owner, { policyId })).toMatchObject({ refusal: { failingTests: [{ name: 'Added since' }] } });
  await removePolicyTest(t.s, owner, { policyId, testId: added.ok ? added.value.id : '' });
  expect(await publishScheduled(workerIn(2), { organizationId, policyId })).toMatchObject({ value: { version: 2 } });
});
