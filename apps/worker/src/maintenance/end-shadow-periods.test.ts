import { createDatabase, type Database } from '@toolgate/db/database';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { readPolicy } from '@toolgate/services/policy/read';
import { createPolicy } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { endShadowPeriods } from './end-shadow-periods.ts';

let t: TestServices;
let worker: Database;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'));
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

test('what is due takes force, of every organization, by the worker’s own role; what is not yet due stays in shadow', async () => {
  const source = '{"version":"1","default":"deny","tools":{"draw":{}}}';
  const policies = await Promise.all(
    [1, 2, 48].map(async (hours) => {
      const { id, owner } = await t.organization();
      const { slug, id: policyId } = await createPolicy(t.s.db, id, { document: '{"version":"1","default":"deny"}' });
      const shadowUntil = new Date(Date.now() + hours * 3_600_000).toISOString();
      expect(await publishPolicy(t.s, owner, { policyId, source, shadowUntil })).toMatchObject({ ok: true });
      return { owner, slug };
    }),
  );
  const s = { ...t.s, db: worker, now: () => new Date(Date.now() + 24 * 3_600_000) };
  expect(await endShadowPeriods({ ...t.s, db: worker })).toBe(0);
  expect(await endShadowPeriods(s)).toBe(2);
  const read = await Promise.all(policies.map(({ owner, slug }) => readPolicy(t.s, owner, slug)));
  expect(read.map((policy) => policy?.currentVersion)).toEqual([2, 2, 1]);
  expect(read.map((policy) => policy?.source === source)).toEqual([true, true, false]);
  expect(read.map((policy) => policy?.shadow?.version ?? null)).toEqual([null, null, 2]);
  expect(await endShadowPeriods(s)).toBe(0);
});
