/** Argument values from the switch to the drawer: kept by a real gateway, stored by the real worker, found and read through the verbs. */
import { createHash } from 'node:crypto';
import type { AuditEvent } from '@toolgate/audit/event';
import { parseQuery } from '@toolgate/audit/query/parse';
import { captureKey, openCapture } from '@toolgate/services/audit/capture-seal';
import { setCapture } from '@toolgate/services/audit/capture-setting';
import { listEvents } from '@toolgate/services/audit/read';
import { readCapture } from '@toolgate/services/audit/read-capture';
import type { Actor } from '@toolgate/services/context';
import { argumentKey } from '@toolgate/services/secret/data-key';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type DrainedLog, startDrainedLog } from '../testing/drained-log.ts';
import { callOf, createFixture, type Fixture, post, type Tenant } from '../testing/fixture.ts';
import type { RunningGateway } from '../wiring.ts';

const POLICY = { version: '1', default: 'deny', tools: { echo: {} } };
const TOOLS = ['echo', 'closed'].map((name) => ({ name }));

let fixture: Fixture;
let gateway: RunningGateway;
let log: DrainedLog;
let tenant: Tenant;
let owner: Actor;
beforeAll(async () => {
  fixture = await createFixture('redis', { answers: 'json' });
  gateway = await fixture.start();
  log = await startDrainedLog(fixture);
});
beforeEach(async () => {
  tenant = await fixture.tenant(POLICY, TOOLS);
  owner = await log.member(tenant, 'owner');
});
afterAll(async () => {
  await log?.stop();
  await fixture?.stop();
});

const send = async (tool: string, args: object) => (await post(gateway.url + tenant.path, tenant.token, callOf(tool, args))).text();
const turn = async (capture: boolean) =>
  expect(await setCapture(log.s, owner, { serverId: tenant.serverId, capture })).toMatchObject({ ok: true, value: { inForce: true } });
/** The calls of the tenant, once there are so many. */
async function callEvents(count: number): Promise<AuditEvent[]> {
  const calls = async () => (await log.events(tenant)).filter(({ kind }) => kind === 'call');
  await expect.poll(async () => (await calls()).length).toBe(count);
  return calls();
}
const captures = () => fixture.db.forOrganization(tenant.organizationId, (tx) => tx.auditCapture.findMany());

test('values are kept only of a server that captures them: redacted, sealed, apart from the event, and of refusals too', async () => {
  const { organizationId } = tenant;
  const args = { prompt: 'planted value', apiKey: 'planted key', note: 'Bearer plantedplanted' };
  await send('echo', args);
  expect((await callEvents(1))[0]!.detail).not.toHaveProperty('captured');
  expect(await captures()).toEqual([]);
  await turn(true);
  await send('echo', args);
  await send('closed', args);
  const stored = (await callEvents(3)).slice(1);
  const kept = await captures();
  expect(kept.map(({ eventId }) => eventId).sort()).toEqual(stored.map(({ id }) => id).sort());
  const key = await fixture.db.forOrganization(organizationId, (tx) => argumentKey(tx, fixture.settings.keyRing, organizationId));
  for (const { id, detail } of stored) {
    const { ciphertext } = kept.find(({ eventId }) => eventId === id)!;
    expect(detail.captured).toEqual({
      sha256: createHash('sha256').update(ciphertext).digest('hex'),
      bytes: expect.any(Number),
      redacted: 2,
      truncated: false,
    });
    const text = openCapture(captureKey(key, organizationId), organizationId, id, ciphertext);
    expect(JSON.parse(text)).toEqual({ prompt: 'planted value', apiKey: '[redacted]', note: 'Bearer [redacted]' });
    expect(() => openCapture(captureKey(key, organizationId), organizationId, 'other', ciphertext)).toThrow();
  }
  const bytes = kept.map(({ ciphertext }) => Buffer.from(ciphertext).toString('latin1'));
  expect(JSON.stringify([stored, bytes])).not.toContain('planted');
  await turn(false);
  await send('echo', args);
  expect((await callEvents(4)).at(-1)!.detail).not.toHaveProperty('captured');
  expect(await captures()).toHaveLength(2);
});

test('who reads them gets them redacted, and leaves an event in the same log, which holds no value', async () => {
  await turn(true);
  await send('echo', { prompt: 'planted value', password: 'planted key' });
  const [{ seq, id }] = (await callEvents(1)) as [AuditEvent];
  const read = await readCapture(log.s, owner, { seq });
  expect(read).toEqual({
    ok: true,
    value: { eventId: id, text: '{"prompt":"planted value","password":"[redacted]"}', redacted: 1, truncated: false },
  });
  const readings = async () => (await log.events(tenant)).filter(({ action }) => action === 'audit.read_capture');
  await expect.poll(async () => (await readings()).length).toBe(1);
  expect((await readings())[0]).toMatchObject({
    kind: 'change',
    actor: owner.name,
    detail: { target: { kind: 'event', id, name: `#${seq}` }, after: { seq, tool: 'echo', server: tenant.serverSlug } },
  });
  for (const role of ['policy_manager', 'viewer'] as const)
    expect(await readCapture(log.s, await log.member(tenant, role), { seq })).toMatchObject({ refusal: { code: 'forbidden' } });
  expect(JSON.stringify(await log.events(tenant))).not.toContain('planted');
});

test('a value is found as it was sent, by owners and admins; a secret, a part, and what was not captured are not', async () => {
  await send('echo', { size: '4K' });
  await callEvents(1);
  await turn(true);
  await send('echo', { size: '4K', seed: 4, dry: true, 'a.b': 'dotted', word: 'two words', token: 'hunter2', list: ['4K'] });
  // Its event comes with its end, which the gateway tells after the answer.
  await callEvents(2);
  await send('closed', { size: '2K' });
  const [, all, small] = (await callEvents(3)).map(({ seq }) => seq);
  const found = async (text: string, actor = owner) => {
    const { query, problems } = parseQuery(`kind:call ${text}`);
    expect(problems).toEqual([]);
    return (await listEvents(log.s, actor, { query })).events.map(({ seq }) => seq);
  };
  for (const text of ['arg.size:4K', 'arg.seed:4', 'arg.dry:true', 'arg.a.b:dotted', 'arg.word:"two words"'])
    expect([text, await found(text)]).toEqual([text, [all]]);
  expect(await found('arg.size:4K,2K')).toEqual([small, all]);
  expect(await found('-arg.size:4K arg.size since:1h')).toEqual([small, 1]);
  for (const text of ['arg.size:4', 'arg.size:4k', 'arg.token:hunter2', 'arg.token:[redacted]', 'arg.list:4K'])
    expect([text, await found(text)]).toEqual([text, []]);
  expect(parseQuery('arg.size:4*').problems).toHaveLength(1);
  expect(await found('arg.size:4K', await log.member(tenant, 'admin'))).toEqual([all]);
  for (const role of ['policy_manager', 'viewer'] as const) {
    const actor = await log.member(tenant, role);
    expect(await found('arg.size:4K', actor)).toEqual([]);
    // The name alone is in the log, for everybody.
    expect(await found('arg.seed', actor)).toEqual([all]);
  }
});
