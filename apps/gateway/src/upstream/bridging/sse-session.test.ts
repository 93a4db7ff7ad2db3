/** A server of 2024-11-05 that misbehaves on the one stream that all its callers share. */
import http, { type ServerResponse } from 'node:http';
import net, { type AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import { createGrant, createServer } from '@toolgate/testing/factories';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFixture, type Fixture, post, type Tenant } from '../../testing/fixture.ts';
import { event, stateless } from '../../testing/stateless-stub.ts';
import type { RunningGateway } from '../../wiring.ts';

interface Said {
  id?: number;
  method?: string;
  params?: { name?: string; _meta?: { progressToken?: string } };
  error?: { message: string };
}

let fixture: Fixture;
let gateway: RunningGateway;
let tenant: Tenant;
let place: { path: string; token: string };
let isFlooding = true;
const told: Said[] = [];
// Idle connections stay: one that ended while a request was on its way would lose it.
const server = http.createServer({ keepAliveTimeout: 0 }, (request, response) => {
  if (request.method === 'GET') {
    stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
    stream.write('event: endpoint\ndata: /messages?s=1\n\n');
  } else if (request.url === '/sse') response.writeHead(405).end();
  else void readJson(request).then((message) => answer(message as Said, response));
});
let stream: ServerResponse;

function answer(message: Said, response: ServerResponse): void {
  response.writeHead(202).end();
  const result = message.method === 'initialize' ? { protocolVersion: '2024-11-05', capabilities: {} } : { content: [] };
  const tool = message.params?.name;
  if (message.method === undefined) told.push(message);
  if (message.id === undefined || message.method === undefined) return;
  if (tool === 'big') {
    flood(message.params?._meta?.progressToken as string);
    return;
  }
  if (tool === 'slow') {
    stream.write(event('no json') + event([]) + event({ jsonrpc: '2.0', id: 999, result: { stray: true } }));
    stream.write(event({ jsonrpc: '2.0', id: 1, method: 'roots/list' }));
    stream.write(event({ jsonrpc: '2.0', method: 'notifications/message', params: { data: 'somebody’s' } }));
  }
  stream.write(event({ jsonrpc: '2.0', id: message.id, result }));
}

function flood(progressToken: string): void {
  if (!isFlooding) return;
  const note = event({
    jsonrpc: '2.0',
    method: 'notifications/progress',
    params: { progressToken, progress: 1, message: 'x'.repeat(64_000) },
  });
  if (stream.write(note)) setImmediate(flood, progressToken);
  else stream.once('drain', () => flood(progressToken));
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  fixture = await createFixture('embedded', {}, { TOOLGATE_EGRESS_ALLOW: host });
  gateway = await fixture.start();
  tenant = await fixture.tenant({ version: '1', default: 'allow' });
  const tools = ['slow', 'big', 'echo'].map((name) => ({ name }));
  const { id, slug } = await createServer(fixture.db, tenant.organizationId, { url: `http://${host}/sse`, tools });
  const { token } = await createGrant(fixture.db, tenant.organizationId, { servers: [{ serverId: id, policyId: tenant.policyId }] });
  place = { path: `/${tenant.slug}/${slug}/mcp`, token };
});
afterAll(async () => {
  await fixture.stop();
  server.closeAllConnections();
  server.close();
});

const call = async (name: string) => {
  const { body, headers } = stateless('tools/call', { name, arguments: {} }, 'mine');
  return (await post(gateway.url + place.path, place.token, body, headers)).text();
};

test('what belongs to nobody reaches nobody, and what the server asks is answered', async () => {
  expect(await call('slow')).toBe(event('{"jsonrpc":"2.0","id":"mine","result":{"resultType":"complete","content":[]}}'));
  await expect.poll(() => told.at(-1)).toMatchObject({ id: 1, error: { message: expect.stringContaining('cannot be bridged') } });
});

test('a caller that does not read is given up at 1 MiB, and the others of the stream go on', async () => {
  const { body, headers } = stateless('tools/call', { name: 'big', arguments: {}, _meta: { progressToken: 'p' } });
  const { hostname, port } = new URL(gateway.url);
  const socket = net
    .connect(Number(port), hostname)
    .on('error', () => {})
    .pause();
  const text = JSON.stringify(body);
  const all = {
    ...headers,
    host: 'localhost',
    authorization: `Bearer ${place.token}`,
    'content-type': 'application/json',
    'content-length': text.length,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`POST ${place.path} HTTP/1.1\r\n${lines.join('')}\r\n${text}`);
  const end = async () => {
    const rows = await fixture.db.forOrganization(tenant.organizationId, (tx) => tx.auditRecord.findMany());
    return rows.map(({ record }) => (record as { end?: { fault?: string } }).end?.fault).find((fault) => fault !== undefined);
  };
  // However much the sockets' own buffers hold.
  try {
    await expect.poll(end).toContain('reads too slowly');
  } finally {
    isFlooding = false;
  }
  expect(await call('echo')).toContain('"resultType":"complete"');
  socket.destroy();
});
