/** Who may do what, for every verb that changes something. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportEvents } from './audit/export.ts';
import { oneOfEverything } from './testing/one-of-everything.ts';
import { stateOf } from './testing/state-of.ts';
import { ROLES, VERBS } from './testing/verbs.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

/** They go through `change` too, but only the operator (worker, command line) runs them. */
const OPERATOR_ONLY = ['server/save-discovery.ts', 'organization/ensure-owner.ts', 'policy/publish-scheduled.ts'];

test('every verb that changes something is in the table', () => {
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && file.includes('/'))
    .filter((file) => /\bchange(?:<[^(]*>)?\(/.test(readFileSync(path.join(import.meta.dirname, file), 'utf8')));
  expect(files.sort()).toEqual([...Object.keys(VERBS), ...OPERATOR_ONLY].sort());
});

describe.each(Object.entries(VERBS))('%s', (_, verb) => {
  test.each(ROLES)('is allowed or refused to a %s as the table of permissions says', async (role) => {
    const f = await oneOfEverything(t);
    const actor = await t.member(f.organizationId, role);
    const before = await stateOf(t.s, f.organizationId);
    const result = await verb.run(t.s, actor, f);
    const allowed = verb.may.includes(role);
    expect(result.ok ? 'ok' : result.refusal.code).toBe(allowed ? 'ok' : 'forbidden');
    if (!allowed && !verb.action.endsWith('.resume')) expect(await stateOf(t.s, f.organizationId)).toEqual(before);
  });

  test('refuses somebody who was removed, lost the role, or belongs elsewhere', async () => {
    const f = await oneOfEverything(t);
    const stranger = await t.member((await t.organization()).id, 'owner');
    const demoted = { ...(await t.member(f.organizationId, 'viewer')), role: 'owner' as const };
    for (const actor of [demoted, { ...stranger, organizationId: f.organizationId }]) {
      expect(await verb.run(t.s, actor, f)).toMatchObject({ ok: false, refusal: { code: 'forbidden' } });
    }
  });
});

test('an export needs an owner or admin', async () => {
  const { id } = await t.organization();
  for (const role of ROLES) {
    const result = await exportEvents(t.s, await t.member(id, role), '', { patienceMs: 0 });
    expect(result.ok, role).toBe(role === 'owner' || role === 'admin');
  }
});
