import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createGrant } from '../grant/create.ts';
import { revokeGrant } from '../grant/revoke.ts';
import { registerServer } from '../server/register.ts';
import { createPolicy } from './create.ts';
import { publishPolicy } from './publish.ts';
import { listPolicies, listVersions, readPolicy, readVersion } from './read.ts';
import { removePolicy } from './remove.ts';
import { restorePolicy } from './restore.ts';

let t: TestServices;
beforeAll(async () => {
  t = await startTestServices();
});
afterAll(() => t.stop());

/** The document of product.md, character by character. */
const CAPPED = `{"version":"1","default":"deny","tools":{"image_to_image":{"limits":[
  {"counter":"image_to_image_rate","window":"minute","max":30,"scope":"grant"}]}}}`;
const DENY = '{"version":"1","default":"deny"}';

async function created(source = CAPPED) {
  const { id: organizationId, owner } = await t.organization();
  const result = await createPolicy(t.s, owner, { name: 'Capped images', source });
  if (!result.ok) throw new Error(result.refusal.message);
  return { organizationId, owner, policyId: result.value.id, value: result.value };
}

test('a policy keeps its document exactly as it was saved', async () => {
  const { owner, value } = await created();
  expect(value).toMatchObject({ slug: 'capped-images', version: 1, conversions: [], inForce: true });
  expect(await readPolicy(t.s, owner, 'capped-images')).toMatchObject({
    source: CAPPED,
    currentVersion: 1,
    publishedBy: owner.name,
    uses: [],
  });
});

test('older dialects are accepted, kept as written, and what was converted is said', async () => {
  const dialect =
    '{"version":"1","default":"deny","tools":{"a":{"rate_limit":{"max":10,"window":60}},"b":{"action":"deny","reason":"No."}}}';
  const { owner, policyId, value } = await created(dialect);
  expect(value.conversions).toMatchObject([{ pointer: '/tools/a/rate_limit' }]);
  expect((await readVersion(t.s, owner, { policyId, number: 1 }))?.source).toBe(dialect);
});

test.each([
  ['{"version":"1","defualt":"deny"}', '/defualt'],
  ['{"version":"1","default":"deny","default":"allow"}', '/default'],
  ['{"version":"1","default":"deny","tools":{"a":{"approve_if":[{"conditions":[],"approvals":0}]}}}', '/tools/a/approve_if/0/approvals'],
])('%s is refused with the place', async (source, pointer) => {
  const { owner, policyId } = await created();
  const result = await publishPolicy(t.s, owner, { policyId, source });
  if (result.ok) throw new Error('it was published');
  expect(result.refusal).toMatchObject({ code: 'invalid', fields: { source: expect.any(String) } });
  const problem = result.refusal.problems?.find((one) => one.pointer === pointer);
  expect(problem).toMatchObject({ line: 1, column: expect.any(Number), length: expect.any(Number), message: expect.any(String) });
  expect(problem?.offset).toBeGreaterThan(0);
  expect(await createPolicy(t.s, owner, { name: 'New', source })).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
  expect(await readPolicy(t.s, owner, policyId)).toMatchObject({ currentVersion: 1 });
});

test('publishing makes a new version; the same document again makes none', async () => {
  const { owner, policyId } = await created();
  const publish = (source: string, more: object = {}) => publishPolicy(t.s, owner, { policyId, source, ...more });
  expect(await publish(DENY, { message: 'Closed', expectedVersion: 1 })).toMatchObject({
    value: { version: 2, changed: true, inForce: true },
  });
  expect(await publish(DENY, { expectedVersion: 1 })).toMatchObject({ value: { version: 2, changed: false } });
  expect(await listVersions(t.s, owner, { policyId })).toMatchObject([
    { number: 2, message: 'Closed', authorName: owner.name },
    { number: 1, message: '' },
  ]);
});

test('of two people who edit one version, the second is told', async () => {
  const { owner, policyId } = await created();
  const results = await Promise.all(
    ['{"version":"1","default":"allow"}', DENY].map((source) => publishPolicy(t.s, owner, { policyId, source, expectedVersion: 1 })),
  );
  expect(results.map((result) => (result.ok ? 'published' : result.refusal.code)).sort()).toEqual(['conflict', 'published']);
});

test('restoring makes a new version with the old document', async () => {
  const { owner, policyId } = await created();
  await publishPolicy(t.s, owner, { policyId, source: DENY });
  expect(await restorePolicy(t.s, owner, { policyId, number: 1 })).toMatchObject({ value: { version: 3, changed: true } });
  expect(await readPolicy(t.s, owner, policyId)).toMatchObject({ currentVersion: 3, source: CAPPED });
  expect(await restorePolicy(t.s, owner, { policyId, number: 1 })).toMatchObject({ value: { version: 3, changed: false } });
  expect(await restorePolicy(t.s, owner, { policyId, number: 9 })).toMatchObject({ refusal: { code: 'not_found' } });
});

test('a version cannot be changed or deleted by the application', async () => {
  const { organizationId, policyId } = await created();
  const where = { organizationId, policyId };
  const run = (work: 'update' | 'delete') =>
    t.s.db.forOrganization(organizationId, (tx) =>
      work === 'update' ? tx.policyVersion.updateMany({ where, data: { source: DENY } }) : tx.policyVersion.deleteMany({ where }),
    );
  await expect(run('update')).rejects.toThrow(/permission denied/);
  await expect(run('delete')).rejects.toThrow(/permission denied/);
});

test('a policy that governs a grant stays; after the revocation it can be removed, and its document is in the event', async () => {
  const { organizationId, owner, policyId } = await created();
  const server = await registerServer(t.s, owner, { name: 'Demo', managed: 'wavespeed-demo' });
  if (!server.ok) throw new Error('no server');
  const grant = await createGrant(t.s, owner, { label: 'ci', servers: [{ serverId: server.value.id, policyId }] });
  if (!grant.ok) throw new Error('no grant');
  expect(await listPolicies(t.s, owner)).toMatchObject([{ uses: [{ grant: 'ci', server: 'demo' }] }]);
  expect(await removePolicy(t.s, owner, { policyId })).toMatchObject({
    refusal: { code: 'conflict', message: expect.stringContaining('ci') },
  });
  await revokeGrant(t.s, owner, { grantId: grant.value.id });
  expect(await removePolicy(t.s, owner, { policyId })).toMatchObject({ ok: true });
  expect(await listPolicies(t.s, owner)).toEqual([]);
  const last = await t.s.db.forOrganization(organizationId, (tx) => tx.auditRecord.findFirstOrThrow({ orderBy: { id: 'desc' } }));
  expect(last.record).toMatchObject({ facts: { action: 'policy.remove', detail: { before: { source: CAPPED } } } });
});

test('what the database cannot hold exactly is refused', async () => {
  const { owner } = await t.organization();
  for (const source of [
    '',
    `{"version":"1","default":"deny"}\0`,
    '{"version":"1","default":"deny","hide":["\ud800"]}',
    `${DENY}${' '.repeat(1_048_576)}`,
  ])
    expect(await createPolicy(t.s, owner, { name: 'P', source })).toMatchObject({ ok: false, refusal: { code: 'invalid' } });
});
