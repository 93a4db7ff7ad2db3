/** Nobody finds, changes or reads the rows of another organization. */

import { createCounterReader } from '@toolgate/ledger/create';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readApproval } from './approval/read.ts';
import { readEvent } from './audit/read.ts';
import { readGrant } from './grant/read.ts';
import { newId } from './id.ts';
import { readGrantUse, readPolicyUse } from './limit/read-use.ts';
import { ensureOwner } from './organization/ensure-owner.ts';
import { listPolicyTests } from './policy/list-tests.ts';
import { publishScheduled } from './policy/publish-scheduled.ts';
import { listVersions, readPolicy, readVersion } from './policy/read.ts';
import { readPolicyActivity } from './policy/read-activity.ts';
import { recordedCalls } from './policy/recorded-calls.ts';
import { pauseServer } from './server/pause.ts';
import { readServer } from './server/read.ts';
import { saveDiscovery } from './server/save-discovery.ts';
import { oneOfEverything } from './testing/one-of-everything.ts';
import { stateOf } from './testing/state-of.ts';
import { VERBS } from './testing/verbs.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

const WITH_IDS = Object.entries(VERBS).filter(([, verb]) => !verb.withoutIds);

test.each(WITH_IDS)('%s does not find the rows of another organization', async (_, verb) => {
  const [f, other] = [await oneOfEverything(t), await t.organization()];
  const before = [await stateOf(t.s, f.organizationId), await stateOf(t.s, other.id)];
  expect(await verb.run(t.s, other.owner, f)).toMatchObject({ ok: false, refusal: { code: 'not_found' } });
  expect([await stateOf(t.s, f.organizationId), await stateOf(t.s, other.id)]).toEqual(before);
});

test('the operator’s verbs: a member cannot make owners, and a discovery finds no foreign server', async () => {
  const [f, other] = [await oneOfEverything(t), await t.organization()];
  const owner = { email: 'made@example.com', name: 'Made', password: 'correct horse battery' };
  expect(await publishScheduled(t.s, { organizationId: other.id, policyId: f.shadowedPolicyId })).toMatchObject({
    refusal: { code: 'not_found' },
  });
  expect(await ensureOwner(t.s, f.owner, owner)).toMatchObject({ refusal: { code: 'forbidden' } });
  const failure = { code: 'x', message: 'x', fix: 'x' };
  expect(await saveDiscovery(t.s, { organizationId: other.id, serverId: f.serverId, failure })).toMatchObject({
    refusal: { code: 'not_found' },
  });
});

test('reads show nothing of another organization', async () => {
  const [f, { owner }] = [await oneOfEverything(t), await t.organization()];
  expect(await readServer(t.s, owner, f.serverId)).toBeNull();
  expect(await readPolicy(t.s, owner, f.policyId)).toBeNull();
  expect(await listVersions(t.s, owner, { policyId: f.policyId })).toEqual([]);
  expect(await readVersion(t.s, owner, { policyId: f.policyId, number: 1 })).toBeNull();
  expect(await listPolicyTests(t.s, owner, f.shadowedPolicyId)).toEqual([]);
  expect(await readPolicyActivity(t.s, owner, { policyId: f.policyId, days: 30 })).toBeNull();
  expect((await recordedCalls(t.s, owner, { policyId: f.policyId, most: 100 }).next()).done).toBe(true);
  expect(await readGrant(t.s, owner, f.grantId)).toBeNull();
  const counting = { ...t.s, counters: createCounterReader({ kind: 'embedded', pool: t.s.db.pool }) };
  expect(await readPolicyUse(counting, owner, { policyId: f.policyId })).toBeNull();
  expect(await readGrantUse(counting, owner, { grantId: f.grantId })).toBeNull();
  expect(await readEvent(t.s, owner, 1)).toBeNull();
  expect(await readApproval(t.s, owner, f.approvalId)).toBeNull();
});

test('ids that are none, and unknown keys, are refused as such', async () => {
  const f = await oneOfEverything(t);
  expect(await pauseServer(t.s, f.owner, { serverId: "' OR 1=1 --" })).toMatchObject({
    refusal: { code: 'invalid', fields: { serverId: expect.any(String) } },
  });
  expect(await pauseServer(t.s, f.owner, { serverId: f.serverId, organizationId: 'x' } as never)).toMatchObject({
    refusal: { code: 'invalid' },
  });
  expect(await pauseServer(t.s, f.owner, { serverId: newId() })).toMatchObject({ refusal: { code: 'not_found' } });
});
