/** Every way a request can end is one event: each is produced through a real gateway, chained by the real worker, and read from the log. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import path from 'node:path';
import { canonical, chainHash, verifyChain } from '@toolgate/audit/chain';
import type { AuditEvent } from '@toolgate/audit/event';
import { urlAsRole } from '@toolgate/db/url';
import { captureKey, openCapture } from '@toolgate/services/audit/capture-seal';
import { argumentKey } from '@toolgate/services/secret/data-key';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { callOf, createFixture, type Fixture, post, type Tenant } from '../testing/fixture.ts';
import type { RunningGateway } from '../wiring.ts';

// A gateway is gone when it was not seen for twenty seconds.
vi.setConfig({ testTimeout: 120_000 });

const KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const root = path.resolve(import.meta.dirname, '../../../..');
const TOOLS = ['echo', 'capped', 'closed', 'fail', 'slow', 'dies', 'broken', 'hangs', 'held'].map((name) => ({ name }));
const POLICY = {
  version: '1',
  default: 'deny',
  tools: {
    ...Object.fromEntries(['echo', 'fail', 'slow', 'dies', 'broken', 'hangs', 'held'].map((name) => [name, {}])),
    capped: { limits: [{ counter: 'capped_rate', window: 'hour', max: 1, scope: 'grant' }] },
  },
};

let fixture: Fixture;
let gateway: RunningGateway;
let tenant: Tenant;
let worker: ChildProcess;
const processes: ChildProcess[] = [];
const environment = () => ({
  PATH: process.env.PATH ?? '',
  DATABASE_URL: fixture.settings.databaseUrl,
  REDIS_URL: fixture.redis?.url ?? '',
  TOOLGATE_LEDGER: 'redis',
  TOOLGATE_KEYS: KEYS,
});

beforeAll(async () => {
  fixture = await createFixture(
    'redis',
    {
      intercept: ({ message }, response) => {
        const tool = (message?.params as { name?: string } | undefined)?.name;
        const result = (content: object) =>
          response
            .writeHead(200, { 'content-type': 'application/json' })
            .end(JSON.stringify({ jsonrpc: '2.0', id: message?.id, result: content }));
        if (message?.method !== 'tools/call') return false;
        if (tool === 'dies') response.destroy();
        else if (tool === 'broken') response.writeHead(500).end('no');
        else if (tool === 'fail') result({ content: [], isError: true });
        else if (tool === 'slow') setTimeout(() => result({ content: [] }), 700);
        else if (tool !== 'hangs' && tool !== 'held') result({ content: [] });
        return true;
      },
    },
    { GATEWAY_CALL_TIMEOUT_MS: '1500' },
  );
  gateway = await fixture.start();
  tenant = await fixture.tenant(POLICY, TOOLS);
  const owner = new URL(fixture.settings.databaseUrl);
  owner.searchParams.delete('options');
  worker = start('apps/worker/src/main.ts', { ...environment(), DATABASE_URL: urlAsRole(owner.href, 'toolgate_worker') });
  await once(worker.stdout!, 'data');
});
afterAll(async () => {
  for (const child of processes) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await fixture.stop();
});

function start(main: string, env: Record<string, string>): ChildProcess {
  const child = spawn(process.execPath, [path.join(root, main)], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  processes.push(child);
  return child;
}

const calls = (tool: string, args: object = {}, url = gateway.url) =>
  post(url + tenant.path, tenant.token, callOf(tool, args)).then((response) => response.text());
const arrived = async (tool: string) =>
  expect.poll(() => fixture.upstream.calls.some(({ message }) => message?.params?.name === tool), { timeout: 10_000 }).toBe(true);

/** What makes each outcome happen, and the event that it is: decision, outcome, code. */
const OUTCOMES: Record<string, { run(): Promise<unknown>; event: [string, string | null, string | RegExp] }> = {
  allowed: { run: () => calls('echo'), event: ['allowed', 'ok', 'allowed'] },
  'tool error': { run: () => calls('fail'), event: ['allowed', 'tool_error', 'allowed'] },
  denied: { run: () => calls('closed'), event: ['denied', null, 'default_deny'] },
  'an unknown tool': { run: () => calls('nowhere'), event: ['denied', null, 'tool_quarantined'] },
  limited: { run: () => calls('capped').then(() => calls('capped')), event: ['limited', null, 'limit_reached'] },
  malformed: { run: () => post(gateway.url + tenant.path, tenant.token, '{"jsonrpc":'), event: ['rejected', null, /./] },
  'an unknown method': {
    run: () => post(gateway.url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/destroy' }),
    event: ['rejected', null, 'method_not_found'],
  },
  unauthenticated: {
    run: () => post(gateway.url + tenant.path, null, callOf('echo')),
    event: ['unauthenticated', null, 'unauthenticated'],
  },
  'upstream answers with an error': { run: () => calls('broken'), event: ['allowed', 'upstream_error', /./] },
  'upstream hangs up': { run: () => calls('dies'), event: ['allowed', 'upstream_error', /./] },
  timeout: { run: () => calls('hangs'), event: ['allowed', 'timeout', /timeout/] },
  'client gone': {
    run: async () => {
      const leaving = new AbortController();
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        authorization: `Bearer ${tenant.token}`,
      };
      const body = JSON.stringify(callOf('slow'));
      const sent = fetch(gateway.url + tenant.path, { method: 'POST', headers, body, signal: leaving.signal }).catch(() => {});
      await arrived('slow');
      leaving.abort();
      await sent;
    },
    event: ['allowed', 'client_gone', /./],
  },
  unknown: {
    run: async () => {
      const doomed = start('apps/gateway/src/main.ts', {
        ...environment(),
        GATEWAY_PORT: '0',
        TOOLGATE_EGRESS_ALLOW: fixture.upstream.host,
        GATEWAY_CALL_TIMEOUT_MS: '60000',
      });
      const [line] = await once(doomed.stdout!, 'data');
      const sent = calls('held', {}, /ready (\S+)/.exec(String(line))![1]!).catch(() => {});
      await arrived('held');
      doomed.kill('SIGKILL');
      await sent;
    },
    event: ['allowed', 'unknown', 'gateway_gone'],
  },
};

async function events(): Promise<AuditEvent[]> {
  const { organizationId } = tenant;
  const rows = await fixture.db.forOrganization(organizationId, (tx) => tx.auditEvent.findMany({ orderBy: { seq: 'asc' } }));
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }) as AuditEvent);
}

test('each outcome is one event, of its own kind, and together they are a chain that verifies', async () => {
  let expected = 0;
  for (const [name, { run, event }] of Object.entries(OUTCOMES)) {
    await run();
    // The first call to the capped tool was allowed.
    expected += name === 'limited' ? 2 : 1;
    await expect.poll(async () => (await events()).length, { message: name, timeout: 60_000 }).toBe(expected);
    const last = (await events()).at(-1)!;
    expect([last.decision, last.outcome], name).toEqual(event.slice(0, 2));
    expect(last.code ?? '', name).toMatch(event[2]);
    expect(last, name).toMatchObject({ kind: 'call', organizationId: tenant.organizationId, server: tenant.serverSlug });
  }
  const list = await events();
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(verifyChain(list, sha256)).toMatchObject({ ok: true, head: { seq: expected } });
  expect(chainHash(list[0]!.prevHash, canonical(list[0]!), sha256)).toBe(list[0]!.hash);
  expect(new Set(list.map(({ id }) => id)).size).toBe(expected);
});

test('values are kept only of a server that captures them: redacted, sealed, apart from the event, and of refusals too', async () => {
  const other = await fixture.tenant(POLICY, TOOLS);
  const { organizationId, serverId } = other;
  const send = (tool: string) =>
    post(
      gateway.url + other.path,
      other.token,
      callOf(tool, { prompt: 'planted value', apiKey: 'planted key', note: 'Bearer plantedplanted' }),
    );
  const read = async (count: number) => {
    const list = () => fixture.db.forOrganization(organizationId, (tx) => tx.auditEvent.findMany({ orderBy: { seq: 'asc' } }));
    await expect.poll(async () => (await list()).length, { timeout: 20_000 }).toBe(count);
    return list();
  };
  const captures = () => fixture.db.forOrganization(organizationId, (tx) => tx.auditCapture.findMany());
  await (await send('echo')).text();
  expect((await read(1))[0]!.detail).not.toHaveProperty('captured');
  expect(await captures()).toEqual([]);
  await fixture.change(organizationId, (tx) =>
    tx.server.update({ where: { organizationId_id: { organizationId, id: serverId } }, data: { captureArguments: true } }),
  );
  await (await send('echo')).text();
  await (await send('closed')).text();
  const stored = (await read(3)).slice(1);
  const kept = await captures();
  expect(kept.map(({ eventId }) => eventId).sort()).toEqual(stored.map(({ id }) => id).sort());
  const key = await fixture.db.forOrganization(organizationId, (tx) => argumentKey(tx, fixture.settings.keyRing, organizationId));
  for (const { id, detail } of stored) {
    const { ciphertext } = kept.find(({ eventId }) => eventId === id)!;
    const { captured } = detail as AuditEvent['detail'];
    expect(captured).toEqual({
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
  expect(JSON.stringify([stored.map(({ seq: _, ...event }) => event), bytes])).not.toContain('planted');
});
