/** Forwarding to real receivers that go away and come back: everything arrives, in order, and nothing is let past the guard. */
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { createDatabase, type Database } from '@toolgate/db/database';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import { changeSink } from '@toolgate/services/audit/sink-change';
import { createSink } from '@toolgate/services/audit/sink-create';
import { pauseSink } from '@toolgate/services/audit/sink-pause';
import { listSinks } from '@toolgate/services/audit/sink-read';
import { removeSink } from '@toolgate/services/audit/sink-remove';
import { resumeSink } from '@toolgate/services/audit/sink-resume';
import { testSink } from '@toolgate/services/audit/sink-test';
import type { Actor } from '@toolgate/services/context';
import { startTestServices, type TestServices } from '@toolgate/testing/services';
import { startTcpProxy } from '@toolgate/testing/tcp-proxy';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { drainTable } from '../drain/drain-table.ts';
import { type Sinks, startSinks } from './sinks.ts';

let t: TestServices;
let worker: Database;
beforeAll(async () => {
  t = await startTestServices();
  worker = createDatabase(t.database.urlAs('toolgate_worker'), { max: 20 });
});
const ends: (() => unknown)[] = [];
afterEach(async () => {
  while (ends.length > 0) await ends.pop()?.();
});
afterAll(async () => {
  await worker.close();
  await t.stop();
});

/** A worker's forwarding, that may reach these places although they are private. */
function forward(...allow: string[]): Sinks {
  const dispatcher = createGuardedDispatcher({ allow });
  const outlet = { dispatcher, allow, ca: PEM('cert') };
  const sinks = startSinks({ db: worker, keyRing: t.s.keyRing, outlet, log: (line) => console.log(line) });
  ends.push(async () => {
    await sinks.stop();
    await dispatcher.destroy();
  });
  return sinks;
}
const PEM = (what: 'cert' | 'key') => readFileSync(path.join(import.meta.dirname, `testdata/localhost.${what}.pem`), 'utf8');

async function append(organizationId: string, count: number): Promise<void> {
  const records = Array.from({ length: count }, (_, i) => ({
    type: 'event',
    facts: auditFacts({
      id: randomUUID(),
      organizationId,
      at: new Date().toISOString(),
      kind: 'call',
      decision: 'denied',
      tool: `tool "${i}" ]\n`,
    }),
  }));
  await t.s.db.forOrganization(organizationId, (tx) =>
    tx.auditRecord.createMany({ data: records.map((record) => ({ organizationId, record: record as never })) }),
  );
  await drainTable(worker.pool, null);
}

interface Received {
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** A receiver of HTTP whose answers the test chooses, and which can be away: it hangs up on everybody then. */
async function receiver(status: () => number = () => 200, answer = () => '{"text":"answer"}') {
  const received: Received[] = [];
  const server = http.createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const code = status();
    if (code < 300) received.push({ headers: request.headers, body });
    response.writeHead(code, { 'content-type': 'application/json' }).end(answer());
  });
  // A connection that is idle stays: one that ended while events were on their way would have them sent again.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const { cut, open, stop, url } = await startTcpProxy(`http://127.0.0.1:${port}/events`);
  ends.push(async () => {
    await stop();
    server.closeAllConnections();
    server.close();
  });
  return { received, cut, open, host: new URL(url).host, url };
}

const PATIENCE = { timeout: 60_000 };

const made = async (actor: Actor, input: Parameters<typeof createSink>[2]) => {
  const result = await createSink(t.s, actor, input);
  if (!result.ok) throw new Error(result.refusal.message);
  return result.value;
};
const sinkOf = async (actor: Actor) => (await listSinks(t.s, actor))[0]!;
const current = (actor: Actor) => expect.poll(async () => (await sinkOf(actor)).state, PATIENCE).toBe('current');
const seqs = (events: AuditEvent[]) => events.map(({ seq }) => seq);
const upTo = (last: number, from = 1) => Array.from({ length: last - from + 1 }, (_, i) => i + from);

test('a webhook gets every event in order, signed, also those of the time that it was away', async () => {
  const { id, owner } = await t.organization();
  const hook = await receiver();
  forward(hook.host);
  await append(id, 3);
  const { secret } = await made(owner, { name: 'Hook', kind: 'webhook', url: hook.url, fromBeginning: true });
  const events = () => hook.received.flatMap(({ body }) => JSON.parse(body).data.events as AuditEvent[]);
  // It has them, and it is known that it has them.
  await expect.poll(async () => (await sinkOf(owner)).deliveredSeq, PATIENCE).toBe(3);
  expect(seqs(events())).toEqual([1, 2, 3]);
  hook.cut();
  await append(id, 450);
  await expect.poll(async () => (await sinkOf(owner)).state, PATIENCE).toBe('failing');
  const failing = await sinkOf(owner);
  expect(failing).toMatchObject({ lastError: expect.stringContaining('could not be reached'), nextAttemptAt: expect.any(String) });
  expect(failing.lag).toBeGreaterThanOrEqual(450);
  hook.open();
  await resumeSink(t.s, owner, { sinkId: failing.id });
  await drainTable(worker.pool, null);
  await current(owner);
  const all = events();
  // 3, the change that made the sink, 450, the change that resumed it.
  expect(seqs(all)).toEqual(upTo(all.at(-1)!.seq));
  expect(all.length).toBeGreaterThanOrEqual(454);
  for (const { headers, body } of hook.received) {
    const text = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`;
    const signature = createHmac('sha256', Buffer.from(secret!.slice('whsec_'.length), 'base64'))
      .update(text)
      .digest('base64');
    expect(headers['webhook-signature']).toBe(`v1,${signature}`);
    expect(Math.abs(Number(headers['webhook-timestamp']) - Date.now() / 1000)).toBeLessThan(600);
    expect(JSON.parse(body)).toMatchObject({ type: 'audit.events', data: { organizationId: id } });
  }
  expect(await sinkOf(owner)).toMatchObject({ lag: 0, lastError: null, deliveredAt: expect.any(String) });
});

test('a receiver that refuses is tried again by itself, later and later, and gets every event at least once', async () => {
  const { id, owner } = await t.organization();
  let refuses = true;
  const hook = await receiver(() => (refuses ? 503 : 200));
  forward(hook.host);
  await append(id, 5);
  await made(owner, { name: 'Splunk', kind: 'splunk', url: hook.url, secret: 'planted-token', fromBeginning: true });
  await drainTable(worker.pool, null);
  // 1 s after the first refusal, 2 s after the second.
  const waits = async () => {
    const { lastErrorAt, nextAttemptAt } = await sinkOf(owner);
    return Date.parse(nextAttemptAt ?? '') - Date.parse(lastErrorAt ?? '');
  };
  await expect.poll(waits, PATIENCE).toBeGreaterThanOrEqual(2000);
  expect((await sinkOf(owner)).lastError).toContain('answered 503: {"text":"answer"}');
  refuses = false;
  await current(owner);
  const events = hook.received.flatMap(({ body }) => body.split('\n').map((line) => JSON.parse(line)));
  expect(seqs(events.map(({ event }) => event))).toEqual(upTo(6));
  expect(events[0]).toMatchObject({
    sourcetype: 'toolgate:audit',
    host: 'toolgate',
    time: expect.any(Number),
    event: { organizationId: id },
  });
  expect(hook.received[0]!.headers.authorization).toBe('Splunk planted-token');
});

test('two workers do not send the same events twice, and one that stops in the middle loses none', async () => {
  const { id, owner } = await t.organization();
  const hook = await receiver();
  const first = forward(hook.host);
  forward(hook.host);
  await append(id, 900);
  await made(owner, { name: 'Hook', kind: 'webhook', url: hook.url, fromBeginning: true });
  await expect.poll(() => hook.received.length, { ...PATIENCE, interval: 1 }).toBeGreaterThan(0);
  await first.stop();
  await drainTable(worker.pool, null);
  await current(owner);
  expect(seqs(hook.received.flatMap(({ body }) => JSON.parse(body).data.events))).toEqual(upTo(901));
});

test('an OpenTelemetry collector gets log records, and one that rejects some is told again', async () => {
  const { id, owner } = await t.organization();
  let rejects = true;
  const collector = await receiver(
    () => 200,
    () => (rejects ? '{"partialSuccess":{"rejectedLogRecords":"1","errorMessage":"too large"}}' : '{}'),
  );
  forward(collector.host);
  await append(id, 2);
  await made(owner, {
    name: 'OTel',
    kind: 'otlp',
    url: collector.url,
    headerName: 'Authorization',
    secret: 'Bearer planted',
    fromBeginning: true,
  });
  await expect.poll(async () => (await sinkOf(owner)).lastError, PATIENCE).toContain('rejected 1 of');
  rejects = false;
  await drainTable(worker.pool, null);
  await current(owner);
  const [{ headers, body }] = collector.received as [Received];
  expect(headers.authorization).toBe('Bearer planted');
  const [scope] = JSON.parse(body).resourceLogs[0].scopeLogs;
  const [record] = scope.logRecords;
  expect(record).toMatchObject({ severityText: 'WARN', severityNumber: 13, body: { stringValue: expect.stringContaining('denied tool') } });
  expect(BigInt(record.timeUnixNano)).toBeGreaterThan(1_700_000_000_000_000_000n);
  const whole = record.attributes.find(({ key }: { key: string }) => key === 'toolgate.event').value.stringValue;
  expect(JSON.parse(whole)).toMatchObject({ seq: 1, organizationId: id, hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

/** Frames of octet counting, as RFC 6587 has them. */
function frames(bytes: Buffer): string[] {
  const list: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(' ', at);
    const length = Number(bytes.subarray(at, space).toString());
    list.push(bytes.subarray(space + 1, space + 1 + length).toString('utf8'));
    at = space + 1 + length;
  }
  return list;
}

test.each(['tcp', 'tls'] as const)(
  'a syslog receiver over %s that breaks off gets the same events again, each frame as RFC 5424 has it',
  async (transport) => {
    const { id, owner, slug } = await t.organization();
    const whole: Buffer[] = [];
    let broken = 0;
    const listener = (socket: net.Socket) => {
      const chunks: Buffer[] = [];
      socket.on('error', () => {});
      if (broken++ === 0) return void socket.once('data', () => socket.destroy()); // read a part, then died
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => {
        whole.push(Buffer.concat(chunks));
        socket.end();
      });
    };
    const server = transport === 'tls' ? tls.createServer({ key: PEM('key'), cert: PEM('cert') }, listener) : net.createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    ends.push(() => server.close());
    const { port } = server.address() as net.AddressInfo;
    forward(`127.0.0.1:${port}`);
    await append(id, 400);
    await made(owner, { name: 'Syslog', kind: 'syslog', url: `syslog+${transport}://127.0.0.1:${port}`, fromBeginning: true });
    await drainTable(worker.pool, null);
    await current(owner);
    expect(broken).toBeGreaterThan(1);
    const messages = whole.flatMap(frames);
    const events = messages.map((text) => JSON.parse(text.slice(text.indexOf('\ufeff') + 1)) as AuditEvent);
    expect([...new Set(seqs(events))]).toEqual(upTo(401));
    expect(messages[0]).toMatch(
      /^<108>1 \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z - toolgate - call \[toolgate@32473 id="[0-9a-f-]{36}" seq="1" organization="[a-z0-9-]+" decision="denied" tool="tool \\"0\\" \\\] "\] \ufeff\{/,
    );
    expect(messages[0]).toContain(slug);
  },
);

test('no sink reaches a private address, a name that leads to one, or a place without TLS', async () => {
  const { id, owner } = await t.organization();
  let hits = 0;
  const canary = net.createServer((socket) => {
    hits++;
    socket.destroy();
  });
  canary.listen(0, '127.0.0.1');
  await once(canary, 'listening');
  ends.push(() => canary.close());
  const { port } = canary.address() as net.AddressInfo;
  forward('127.0.0.1:1');
  await append(id, 1);
  const places = [
    ['webhook', `https://127.0.0.1:${port}/`],
    ['webhook', `http://localhost:${port}/`],
    ['webhook', `https://localhost:${port}/`],
    ['otlp', `https://[::ffff:127.0.0.1]:${port}/v1/logs`],
    ['syslog', `syslog+tcp://127.0.0.1:${port}`],
    ['syslog', `syslog+tls://127.0.0.1:${port}`],
    ['syslog', `syslog+tls://localhost:${port}`],
    ['syslog', `syslog+tls://169.254.169.254:${port}`],
  ] as const;
  for (const [kind, url] of places) {
    const { id: sinkId } = await made(owner, { name: url, kind, url });
    const tested = await testSink(t.s, owner, { sinkId }, { patienceMs: 60_000 });
    expect(tested, url).toMatchObject({ ok: true, value: { problem: expect.stringMatching(/private address|only https|only TLS/) } });
    await removeSink(t.s, owner, { sinkId });
  }
  expect(hits).toBe(0);
});

test('a test says what came of it, in the words of the receiver, and moves nothing', async () => {
  const { id, owner } = await t.organization();
  let status = 401;
  const hook = await receiver(() => status);
  forward(hook.host);
  await append(id, 2);
  const { id: sinkId } = await made(owner, { name: 'Hook', kind: 'webhook', url: hook.url });
  const before = (await sinkOf(owner)).deliveredSeq;
  await pauseSink(t.s, owner, { sinkId });
  const patience = { patienceMs: 60_000 };
  expect(await testSink(t.s, owner, { sinkId }, patience)).toMatchObject({ value: { problem: expect.stringContaining('401') } });
  status = 200;
  expect(await testSink(t.s, owner, { sinkId }, patience)).toMatchObject({ ok: true, value: { problem: null } });
  expect(JSON.parse(hook.received[0]!.body).data.events).toMatchObject([{ action: 'sink.test', seq: 0 }]);
  expect((await sinkOf(owner)).deliveredSeq).toBe(before);
});

test('a paused sink gets nothing, and everything since when it is resumed; a new one only what comes from now on', async () => {
  const { id, owner } = await t.organization();
  const hook = await receiver();
  forward(hook.host);
  await append(id, 4);
  const { id: sinkId } = await made(owner, { name: 'Hook', kind: 'webhook', url: hook.url });
  await pauseSink(t.s, owner, { sinkId });
  await append(id, 3);
  // What came for another sink after that has been delivered: this one was passed over.
  const other = await t.organization();
  await made(other.owner, { name: 'Other', kind: 'webhook', url: hook.url });
  await append(other.id, 1);
  await current(other.owner);
  const eventsOf = (organizationId: string) =>
    hook.received
      .flatMap(({ body }) => JSON.parse(body).data.events as AuditEvent[])
      .filter((event) => event.organizationId === organizationId);
  expect(eventsOf(other.id)).not.toEqual([]);
  expect(eventsOf(id)).toEqual([]);
  await resumeSink(t.s, owner, { sinkId });
  await drainTable(worker.pool, null);
  await current(owner);
  const all = eventsOf(id);
  expect(seqs(all)).toEqual(upTo(all.at(-1)!.seq, 5));
  expect(all.map(({ action }) => action).filter(Boolean)).toEqual(['sink.create', 'sink.pause', 'sink.resume']);
});

test('a secret is stored sealed, shown once, and does not follow the sink to another address', async () => {
  const { id, owner } = await t.organization();
  const { secret, id: hookId } = await made(owner, { name: 'Hook', kind: 'webhook', url: 'https://hooks.example/' });
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/);
  const { id: splunkId } = await made(owner, {
    name: 'Splunk',
    kind: 'splunk',
    url: 'https://splunk.example/',
    secret: 'planted-token-0123',
  });
  const { rows } = await worker.pool.query(`SELECT s::text FROM "AuditSink" s WHERE "organizationId" = $1`, [id]);
  const records = await t.s.db.forOrganization(id, (tx) => tx.auditRecord.findMany());
  expect(JSON.stringify([rows, records.map(({ record }) => record), await listSinks(t.s, owner)])).not.toMatch(/planted-token|whsec_/);
  expect((await listSinks(t.s, owner)).map(({ hint }) => hint)).toEqual([secret!.slice(-4), '0123']);
  const moved = { sinkId: splunkId, url: 'https://evil.example/' };
  expect(await changeSink(t.s, owner, moved)).toMatchObject({ ok: false, refusal: { fields: { secret: expect.any(String) } } });
  expect(await changeSink(t.s, owner, { ...moved, secret: 'another-token' })).toMatchObject({ ok: true });
  expect(await changeSink(t.s, owner, { sinkId: hookId, url: 'https://other.example/' })).toMatchObject({ ok: true });
});

test('what retention dropped while a sink was away is said, and the rest still arrives', async () => {
  const { id, owner } = await t.organization();
  const hook = await receiver();
  const old = new Date(Date.now() - 100 * 86_400_000).toISOString();
  const record = { type: 'event', facts: auditFacts({ id: randomUUID(), organizationId: id, at: old, kind: 'call' }) };
  await t.s.db.forOrganization(id, (tx) => tx.auditRecord.create({ data: { organizationId: id, record: record as never } }));
  await drainTable(worker.pool, null);
  await made(owner, { name: 'Hook', kind: 'webhook', url: hook.url, fromBeginning: true });
  const month = new Date(Date.UTC(new Date().getUTCFullYear(), new Date().getUTCMonth() - 1, 1));
  await worker.pool.query('SELECT toolgate_drop_audit($1, 1)', [month]);
  await drainTable(worker.pool, null);
  forward(hook.host);
  await expect.poll(async () => (await sinkOf(owner)).lastError, PATIENCE).toBe('Events 1 to 1 were dropped by retention before.');
  expect(seqs(hook.received.flatMap(({ body }) => JSON.parse(body).data.events))).toEqual([2, 3]);
});
