/** What a gateway must not be talked into: malformed bodies, ambiguous credentials, other spellings of an address. */
import http from 'node:http';
import { gzipSync } from 'node:zlib';
import { newToken } from '@toolgate/services/grant/token';
import { createGrant } from '@toolgate/testing/factories';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createUnauthenticatedCap } from './audit/unauthenticated-cap.ts';
import { callOf, createFixture, type Fixture, initialize, post, recordsOf, type Tenant } from './testing/fixture.ts';
import type { RunningGateway } from './wiring.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let tenant: Tenant;
let url: string;

beforeAll(async () => {
  fixture = await createFixture('embedded');
  gateway = await fixture.start();
  tenant = await fixture.tenant();
  url = gateway.url + tenant.path;
});
afterAll(() => fixture.stop());

const call = JSON.stringify(callOf('slow'));

describe('a body is refused and recorded when it', () => {
  test.each<[string, string | Buffer, number, Record<string, string>]>([
    ['names a key twice', call.replace('"name":"slow"', '"name":"slow","name":"big"'), 400, {}],
    ['has a key in another case', call.replace('"name":"slow"', '"name":"slow","Name":"big"'), 400, {}],
    ['is a batch', `[${call}]`, 400, {}],
    ['has something behind it', `${call}{}`, 400, {}],
    ['begins with a byte order mark', `\ufeff${call}`, 400, {}],
    ['is not UTF-8', Buffer.concat([Buffer.from(call.slice(0, -1)), Buffer.from([0xff, 0x7d])]), 400, {}],
    ['is nested too deep', call.replace('"arguments":{}', `"arguments":{"a":${'['.repeat(70)}${']'.repeat(70)}}`), 400, {}],
    ['is a call without an id', call.replace('"id":1,', ''), 400, {}],
    ['has an id that no double holds', call.replace('"id":1,', '"id":9007199254740993,'), 400, {}],
    ['is larger than 1 MiB', call.replace('"arguments":{}', `"arguments":{"a":"${'x'.repeat(1024 * 1024)}"}`), 413, {}],
    ['is compressed', gzipSync(call), 415, { 'content-encoding': 'gzip' }],
    ['is of another type', call, 415, { 'content-type': 'text/plain' }],
    ['is of a type that only looks like JSON', call, 415, { 'content-type': 'application/jsonx' }],
    ['asks for a method that nobody listed', call.replace('tools/call', 'tools/run'), 404, {}],
    ['answers a request that was never made', '{"jsonrpc":"2.0","id":1,"result":{}}', 400, {}],
  ])('%s', async (_, body, status, headers) => {
    const before = (await recordsOf(fixture.db, tenant.organizationId)).length;
    const seen = fixture.upstream.requests.length;
    const answer = await fetch(url, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      headers: { 'content-type': 'application/json', authorization: `Bearer ${tenant.token}`, ...headers },
    });
    expect(answer.status).toBe(status);
    const { error } = (await answer.json()) as { error: { data: { requestId: string } } };
    expect(fixture.upstream.requests.length).toBe(seen);
    const records = (await recordsOf(fixture.db, tenant.organizationId)).slice(before);
    expect(records).toMatchObject([
      {
        type: 'event',
        facts: { id: error.data.requestId, decision: 'rejected', grantId: tenant.grantId, serverId: records[0]?.facts?.serverId },
      },
    ]);
  });
});

test('a media type is read without regard to case', async () => {
  expect((await post(url, tenant.token, initialize, { 'content-type': 'Application/JSON; Charset=UTF-8' })).status).toBe(200);
});

test('two Authorization headers are refused, whichever comes first', async () => {
  const other = `Bearer ${newToken()}`;
  const mine = `Bearer ${tenant.token}`;
  for (const pair of [
    [mine, other],
    [other, mine],
    [mine, mine],
  ]) {
    expect(
      (await raw({ headers: ['content-type', 'application/json', 'Authorization', pair[0]!, 'authorization', pair[1]!], body: call }))
        .status,
    ).toBe(400);
  }
});

test('unknown, malformed, revoked, expired and foreign tokens are answered identically', async () => {
  const { organizationId, serverId, policyId } = tenant;
  const servers = [{ serverId, policyId }];
  const revoked = await createGrant(fixture.db, organizationId, { servers, revokedAt: new Date() });
  const expired = await createGrant(fixture.db, organizationId, { servers, expiresAt: new Date(Date.now() - 1) });
  const foreign = await fixture.tenant();
  const answers: string[] = [];
  for (const token of [newToken(), 'tg_nonsense', revoked.token, expired.token, foreign.token, `${tenant.token} `.repeat(2).trim(), null]) {
    const answer = await post(url, token, call);
    const body = (await answer.text()).replace(/"requestId":"[^"]+"/, '');
    answers.push(`${answer.status} ${answer.headers.get('www-authenticate')} ${body}`);
  }
  const nobody = await post(`${gateway.url}/no-such-organization/mcp`, tenant.token, call);
  expect(nobody.status).toBe(401);
  expect(new Set(answers).size).toBe(1);
  expect(answers[0]).toMatch(/^401 Bearer resource_metadata="http:\/\/localhost:8787\/\.well-known\/oauth-protected-resource\//);
});

test('a token in the query, in a cookie or under another scheme is none', async () => {
  const body = call;
  expect((await post(`${url}?token=${tenant.token}&access_token=${tenant.token}`, null, body)).status).toBe(401);
  expect((await post(url, null, body, { cookie: `token=${tenant.token}` })).status).toBe(401);
  expect((await post(url, null, body, { authorization: `Basic ${tenant.token}` })).status).toBe(401);
  expect((await post(url, null, body, { 'x-api-key': tenant.token })).status).toBe(401);
});

test('an address has one spelling', async () => {
  const { slug, serverSlug } = tenant;
  const others = [
    `/${slug}/${serverSlug}/mcp/`,
    `//${slug}/${serverSlug}/mcp`,
    `/${slug.toUpperCase()}/${serverSlug}/mcp`,
    `/${slug}/${serverSlug}/MCP`,
  ];
  others.push(
    `/${slug}/./${serverSlug}/mcp`,
    `/x/../${slug}/${serverSlug}/mcp`,
    `/%6f${slug.slice(1)}/${serverSlug}/mcp`,
    `/${slug}/${serverSlug}%2Fmcp`,
    '/',
    '/mcp',
  );
  for (const path of others) {
    const { status } = await raw({
      path,
      headers: ['content-type', 'application/json', 'authorization', `Bearer ${tenant.token}`],
      body: call,
    });
    expect([path, status]).toEqual([path, 404]);
  }
});

test('browsers of other origins and other host names are refused', async () => {
  const headers = ['content-type', 'application/json', 'authorization', `Bearer ${tenant.token}`];
  const body = JSON.stringify(initialize);
  expect((await raw({ headers: [...headers, 'origin', 'https://evil.example'], body })).status).toBe(403);
  expect((await raw({ headers: [...headers, 'origin', 'null'], body })).status).toBe(403);
  expect((await raw({ headers, body, host: 'evil.example:8787' })).status).toBe(403);
  expect((await raw({ headers: [...headers, 'origin', 'http://localhost:3000'], body, host: 'localhost:8787' })).status).toBe(200);
  const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin: 'http://localhost:3000' } });
  expect(preflight.status).toBe(204);
  expect(preflight.headers.get('access-control-allow-origin')).toBe('http://localhost:3000');
});

test('the protected-resource metadata names the pasted address and no authorization server', async () => {
  const document = await fetch(`${gateway.url}/.well-known/oauth-protected-resource${tenant.path}`);
  expect(await document.json()).toEqual({
    resource: `http://localhost:8787${tenant.path}`,
    bearer_methods_supported: ['header'],
    resource_name: 'Toolgate',
  });
  expect((await fetch(`${gateway.url}/.well-known/oauth-authorization-server`)).status).toBe(404);
});

test('a flood without a token leaves a bounded number of events, which say how many there were', async () => {
  const flooded = await fixture.tenant();
  let now = 0;
  gateway.gateway.unauthenticated = createUnauthenticatedCap(() => now);
  const flood = () => Promise.all(Array.from({ length: 60 }, () => post(gateway.url + flooded.path, newToken(), call)));
  for (const answer of await flood()) expect(answer.status).toBe(401);
  now += 1000;
  await post(gateway.url + flooded.path, newToken(), call);
  const events = await recordsOf(fixture.db, flooded.organizationId);
  const unrecorded = events.map(({ facts }) => Number(/^\d+/.exec(String(facts?.detail.fault ?? '0'))?.[0]));
  // Twenty in the first second, and the one after it tells of the others.
  expect(unrecorded).toEqual([...Array(20).fill(0), 40]);
  expect(events[0]?.facts).toMatchObject({ decision: 'unauthenticated', grantId: null });
});

interface Raw {
  path?: string;
  headers: string[];
  body: string;
  host?: string;
}

/** A request whose path and headers nothing has tidied. */
function raw({ path = tenant.path, headers, body, host }: Raw): Promise<{ status: number }> {
  const { hostname, port } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        hostname,
        port,
        path,
        method: 'POST',
        setHost: false,
        headers: ['host', host ?? `${hostname}:${port}`, 'content-length', String(body.length), ...headers],
      },
      (response) => response.resume().once('end', () => resolve({ status: response.statusCode ?? 0 })),
    );
    request.once('error', reject).end(body);
  });
}
