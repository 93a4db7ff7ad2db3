/** Every change is counted by the epoch and leaves one event, in force or not. */

import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pauseServer } from './server/pause.ts';
import { renameServer } from './server/rename.ts';
import { oneOfEverything } from './testing/one-of-everything.ts';
import { stateOf } from './testing/state-of.ts';
import { pausedFirst, VERBS } from './testing/verbs.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

describe.each(Object.entries(VERBS))('%s', (_, verb) => {
  test('bumps the epoch, publishes it, and leaves one event that says who did what, without secrets', async () => {
    const f = await oneOfEverything(t);
    if (verb.action === 'organization.resume') await pausedFirst(t.s, f);
    const before = await stateOf(t.s, f.organizationId);
    const result = await verb.run(t.s, f.owner, f);
    expect(result).toMatchObject({ ok: true, value: { inForce: true } });
    const after = await stateOf(t.s, f.organizationId);
    expect(after).toMatchObject({ epoch: before.epoch + 1, publishedEpoch: before.epoch + 1, records: before.records + 1 });
    const { owner } = f;
    expect(after.last).toMatchObject({
      type: 'event',
      facts: { kind: 'change', actor: owner.name, action: verb.action, detail: { actorId: owner.kind === 'member' && owner.userId } },
    });
    // What was, what is, or both: only tests change nothing.
    if (!/\.test(?:_mail)?$/.test(verb.action))
      expect(Object.keys(after.last?.facts.detail ?? {})).toEqual(
        expect.arrayContaining(['target', expect.stringMatching(/^(before|after)$/)]),
      );
    expect(JSON.stringify(after.last)).not.toMatch(/a value|whsec_|tg_[0-9A-Za-z]{10}/);
  });
});

test('a change that the ledger cannot be told is saved, and says that it is not in force', async () => {
  const f = await oneOfEverything(t);
  const before = await stateOf(t.s, f.organizationId);
  const deaf = { ...t.s, epochs: { publishEpoch: () => Promise.reject(new Error('ledger down')) } };
  expect(await pauseServer(deaf, f.owner, { serverId: f.serverId })).toMatchObject({ ok: true, value: { inForce: false } });
  expect(await stateOf(t.s, f.organizationId)).toMatchObject({ epoch: before.epoch + 1, publishedEpoch: before.epoch });
  // Saying it again changes nothing, and does not claim more.
  expect(await pauseServer(deaf, f.owner, { serverId: f.serverId })).toMatchObject({ ok: true, value: { inForce: false } });
  expect(await stateOf(t.s, f.organizationId)).toMatchObject({ epoch: before.epoch + 1, records: before.records + 1 });
});

test('changes that are made at once all count: no epoch is lost', async () => {
  const f = await oneOfEverything(t);
  const before = await stateOf(t.s, f.organizationId);
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, i) => renameServer(t.s, f.owner, { serverId: f.serverId, name: `Name ${i}` })),
  );
  expect(results.every((result) => result.ok)).toBe(true);
  expect(await stateOf(t.s, f.organizationId)).toMatchObject({
    epoch: before.epoch + 8,
    publishedEpoch: before.epoch + 8,
    records: before.records + 8,
  });
});
