import { createPolicy, createServer } from '@toolgate/testing/factories';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../id.ts';
import { createGrant } from './create.ts';
import { pauseGrant } from './pause.ts';
import { findGrantByLabel, listGrants, readGrant } from './read.ts';
import { resumeGrant } from './resume.ts';
import { revokeGrant } from './revoke.ts';
import { rotateGrant } from './rotate.ts';
import { setGrantServers } from './set-servers.ts';
import { hashToken, parseToken } from './token.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

async function organization() {
  const { id, owner } = await t.organization();
  const server = await createServer(t.s.db, id, { url: 'https://a.example/' });
  const policy = await createPolicy(t.s.db, id, { document: { version: '1', default: 'deny' } });
  const servers = [{ serverId: server.id, policyId: policy.id }];
  const create = async (label: string, more: object = {}) => {
    const result = await createGrant(t.s, owner, { label, servers, ...more });
    if (!result.ok) throw new Error(result.refusal.message);
    return result.value;
  };
  return { id, owner, servers, server, policy, create };
}

const storedHash = (organizationId: string, id: string) =>
  t.s.db.forOrganization(organizationId, async (tx) => {
    const { tokenHash } = await tx.grant.findUniqueOrThrow({ where: { organizationId_id: { organizationId, id } } });
    return Buffer.from(tokenHash);
  });

test('creating gives the token once; what is kept is its hash and what people recognise it by', async () => {
  const { id: organizationId, owner, create, server, policy } = await organization();
  const { id, token, inForce } = await create('ci', { kind: 'ci' });
  expect(inForce).toBe(true);
  expect(parseToken(token)).toBe(token);
  expect((await storedHash(organizationId, id)).equals(hashToken(token))).toBe(true);
  const read = await readGrant(t.s, owner, id);
  expect(read).toMatchObject({ label: 'ci', kind: 'ci', state: 'active', tokenPrefix: token.slice(0, 7), createdBy: owner.name });
  expect(read?.servers).toMatchObject([
    { serverId: server.id, serverSlug: server.slug, policyId: policy.id, policySlug: policy.slug, policyVersion: 1 },
  ]);
  expect(JSON.stringify(read)).not.toContain(token);
});

test('a label names one grant that is not revoked, also when two are created at once', async () => {
  const { owner, servers } = await organization();
  const attempts = await Promise.all(Array.from({ length: 5 }, () => createGrant(t.s, owner, { label: 'ci', servers })));
  expect(attempts.filter((attempt) => attempt.ok)).toHaveLength(1);
  expect(attempts.find((attempt) => !attempt.ok)).toMatchObject({ refusal: { code: 'conflict', fields: { label: expect.any(String) } } });
  const grantId = (await findGrantByLabel(t.s, owner, 'ci'))!.id;
  await revokeGrant(t.s, owner, { grantId });
  expect((await createGrant(t.s, owner, { label: 'ci', servers })).ok).toBe(true);
});

test('the same label in another organization is another grant', async () => {
  const [one, two] = [await organization(), await organization()];
  await one.create('ci');
  await two.create('ci');
  expect(await listGrants(t.s, one.owner)).toHaveLength(1);
});

test('a grant reaches only servers and policies of its own organization', async () => {
  const [one, two] = [await organization(), await organization()];
  const mixed = { serverId: one.server.id, policyId: two.policy.id };
  for (const servers of [two.servers, [mixed]]) {
    expect(await createGrant(t.s, one.owner, { label: 'x', servers })).toMatchObject({ refusal: { code: 'not_found' } });
  }
  const { id: grantId } = await one.create('ci');
  expect(await setGrantServers(t.s, one.owner, { grantId, servers: two.servers })).toMatchObject({ refusal: { code: 'not_found' } });
  expect(await readGrant(t.s, one.owner, grantId)).toMatchObject({ servers: [{ serverId: one.server.id }] });
});

test.each([
  ['no server', { servers: [] }],
  ['an empty label', { label: '  ' }],
  ['a label with a line break', { label: 'a\nb' }],
  ['a label that reads backwards', { label: 'a\u202eb' }],
  ['a label that is too long', { label: 'x'.repeat(65) }],
  ['an end in the past', { expiresAt: new Date(0) }],
  ['a server twice', null],
  ['an unknown kind', { kind: 'root' }],
])('%s is refused', async (_, changed) => {
  const { owner, servers } = await organization();
  const input = { label: 'ci', servers, ...(changed ?? { servers: [...servers, ...servers] }) };
  expect(await createGrant(t.s, owner, input as never)).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
});

test('pause, resume, revoke: the state follows, and revoked is for good', async () => {
  const { owner, create } = await organization();
  const { id: grantId } = await create('ci');
  const state = async () => (await readGrant(t.s, owner, grantId))?.state;
  await pauseGrant(t.s, owner, { grantId });
  expect(await state()).toBe('paused');
  await resumeGrant(t.s, owner, { grantId });
  expect(await state()).toBe('active');
  expect(await revokeGrant(t.s, owner, { grantId })).toMatchObject({ ok: true });
  expect(await revokeGrant(t.s, owner, { grantId })).toMatchObject({ ok: true, value: { inForce: true } });
  for (const verb of [pauseGrant, resumeGrant, rotateGrant])
    expect(await verb(t.s, owner, { grantId })).toMatchObject({ refusal: { code: 'conflict' } });
  expect(await state()).toBe('revoked');
  expect(await listGrants(t.s, owner)).toEqual([]);
  expect(await listGrants(t.s, owner, { revoked: true })).toHaveLength(1);
});

test('a grant whose time is over says so', async () => {
  const { owner, create } = await organization();
  const { id } = await create('ci', { expiresAt: new Date(Date.now() + 3_600_000) });
  expect(await readGrant({ ...t.s, now: () => new Date(Date.now() + 3_601_000) }, owner, id)).toMatchObject({ state: 'expired' });
});

test('rotating gives another token and forgets the old one', async () => {
  const { id: organizationId, owner, create } = await organization();
  const { id: grantId, token } = await create('ci');
  const rotated = await rotateGrant(t.s, owner, { grantId });
  if (!rotated.ok) throw new Error('not rotated');
  expect(rotated.value.token).not.toBe(token);
  expect((await storedHash(organizationId, grantId)).equals(hashToken(rotated.value.token))).toBe(true);
});

test('setting the same servers again is no change', async () => {
  const { owner, create, servers } = await organization();
  const { id: grantId } = await create('ci');
  const epoch = async () => (await t.s.db.forOrganization(owner.organizationId, (tx) => tx.organization.findFirstOrThrow())).epoch;
  const before = await epoch();
  expect(await setGrantServers(t.s, owner, { grantId, servers })).toMatchObject({ ok: true, value: { inForce: true } });
  expect(await epoch()).toBe(before);
  expect(await readGrant(t.s, owner, newId())).toBeNull();
});
