import { createGrant, createPolicy, createServer } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pauseGrant } from '../grant/pause.ts';
import { resumeGrant } from '../grant/resume.ts';
import { pauseServer } from '../server/pause.ts';
import { listPaused } from './list-paused.ts';
import { pauseOrganization } from './pause.ts';
import { resumeOrganization } from './resume.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

test('whatever is paused is listed with who and why until it is lifted, and why can be said afterwards', async () => {
  const { id, owner } = await t.organization();
  const server = await createServer(t.s.db, id, { url: 'https://mcp.example.com/mcp' });
  const policy = await createPolicy(t.s.db, id, { document: { version: '1', default: 'deny' } });
  const grant = await createGrant(t.s.db, id, { servers: [{ serverId: server.id, policyId: policy.id }] });
  const manager = await t.member(id, 'policy_manager');
  await pauseGrant(t.s, manager, { grantId: grant.id });
  await pauseServer(t.s, owner, { serverId: server.id, reason: 'It leaks.' });
  await pauseOrganization(t.s, owner, { reason: 'Incident 7.' });
  expect(await pauseGrant(t.s, owner, { grantId: grant.id, reason: 'It loops.' })).toMatchObject({ ok: true });
  const since = expect.any(Date);
  expect(await listPaused(t.s, owner)).toMatchObject([
    { kind: 'organization', since, by: owner.name, reason: 'Incident 7.' },
    { kind: 'server', name: server.name, since, by: owner.name, reason: 'It leaks.' },
    // Who paused it stays who paused it.
    { kind: 'grant', name: grant.label, since, by: manager.name, reason: 'It loops.' },
  ]);
  await resumeOrganization(t.s, owner);
  await resumeGrant(t.s, owner, { grantId: grant.id });
  expect((await listPaused(t.s, owner)).map(({ kind }) => kind)).toEqual(['server']);
  await pauseGrant(t.s, owner, { grantId: grant.id });
  expect((await listPaused(t.s, owner))[1]).toMatchObject({ kind: 'grant', by: owner.name, reason: null });
});
