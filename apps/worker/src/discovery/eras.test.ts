/** Servers of every revision, real ones and ones that break the rules of theirs. */
import http, { type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';
import { createGuardedDispatcher } from '@toolgate/egress/guarded-dispatcher';
import { startConformanceUpstream } from '@toolgate/testing/conformance-upstream/start';
import { startSseUpstream } from '@toolgate/testing/sse-upstream';
import { afterEach, describe, expect, test } from 'vitest';
import { discoveryFailure } from './discovery-failure.ts';
import { listTools } from './list-tools.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

/** Only who never answers is to be given up, however busy the machine is. */
const LONG_MS = 60_000;

const discover = (url: string, deadlineMs = LONG_MS) =>
  listTools({
    url,
    headers: { 'X-Api-Key': 'k' },
    dispatcher: createGuardedDispatcher({ allow: [new URL(url).host], connectTimeoutMs: LONG_MS }),
    deadlineMs,
  });

describe('a real server', () => {
  test.each([
    ['session', '2025-11-25'],
    ['stateless', '2026-07-28'],
    ['both', '2026-07-28'],
  ] as const)('of %s revisions is discovered, with its annotations of headers', async (eras, protocolVersion) => {
    const upstream = await startConformanceUpstream({ eras });
    stops.push(upstream.stop);
    const found = await discover(upstream.url);
    expect(found).toMatchObject({ protocolVersion, serverInfo: { name: 'conformance-upstream', version: '1.0.0' } });
    expect(found.tools.map(({ name }) => name)).toContain('test_simple_text');
    expect(found.tools.find(({ name }) => name === 'test_x_mcp_header')?.inputSchema).toMatchObject({
      properties: { region: { type: 'string', 'x-mcp-header': 'Region' } },
    });
  });

  test('of 2024-11-05 is discovered over its one stream, which is closed afterwards', async () => {
    const upstream = await startSseUpstream();
    stops.push(upstream.stop);
    const found = await discover(upstream.url);
    expect(found).toMatchObject({ serverInfo: { name: 'sse', version: '1' }, protocolVersion: expect.stringMatching(/^202[45]-/) });
    expect(found.tools.map(({ name }) => name)).toEqual(['test_simple_text', 'say', 'asks']);
    await expect.poll(upstream.streams, { timeout: LONG_MS }).toBe(0);
  });
});

interface Said {
  id?: number | string;
  method: string;
  params: { cursor?: string };
}
type Answering = (message: Said, response: ServerResponse) => unknown;

async function serve(answer: RequestListener): Promise<string> {
  const server = http.createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}
/** Answers POSTs by method; what is not named is method-not-found. */
const speaking = (methods: Record<string, Answering>, get: RequestListener = (_, response) => response.writeHead(405).end()) =>
  serve((request, response) => {
    if (request.method !== 'POST') return void (request.method === 'GET' ? get(request, response) : response.writeHead(405).end());
    void (readJson(request) as Promise<Said>).then((message) => {
      const answer = methods[message.method];
      if (answer) answer(message, response);
      else if (message.id === undefined) response.writeHead(202).end();
      else say(response, { error: { code: -32601, message: 'canary' } }, message.id, 404);
    });
  });
const say = (response: ServerResponse, answer: object, id: unknown, status = 200, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify({ jsonrpc: '2.0', id, ...answer }));
const result =
  (value: object): Answering =>
  ({ id }, response) =>
    say(response, { result: value }, id);
const tool = (name: string) => ({ name, inputSchema: { type: 'object' } });
const initialized = (protocolVersion: string) =>
  result({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 's', version: '1' } });
const discovered = (supportedVersions: string[]) => result({ supportedVersions, capabilities: { tools: {} }, resultType: 'complete' });

test.each(['2025-03-26', '2025-06-18', '2025-11-25'])('a server of %s keeps its revision', async (version) => {
  const url = await speaking({ initialize: initialized(version), 'tools/list': result({ tools: [tool('a')] }) });
  expect(await discover(url)).toMatchObject({ protocolVersion: version, tools: [{ name: 'a' }] });
});

test('all pages of a stateless server are read, and pages in a circle end', async () => {
  const pages: Answering = ({ id, params: { cursor } }, response) =>
    say(response, { result: cursor ? { tools: [tool('b')] } : { tools: [tool('a')], nextCursor: 'p2' } }, id);
  const url = await speaking({ 'server/discover': discovered(['2026-07-28']), 'tools/list': pages });
  expect((await discover(url)).tools.map(({ name }) => name)).toEqual(['a', 'b']);
  const circle = result({ tools: [tool('a')], nextCursor: 'again' });
  const round = await speaking({ 'server/discover': discovered(['2026-07-28']), 'tools/list': circle });
  expect(await discover(round).catch(discoveryFailure)).toMatchObject({ code: 'protocol', message: expect.stringContaining('circle') });
});

test('a server that leaves unanswered what it does not know is asked in its own revision', async () => {
  const url = await speaking({
    'server/discover': () => {},
    initialize: initialized('2025-06-18'),
    'tools/list': result({ tools: [tool('a')] }),
  });
  expect(await discover(url)).toMatchObject({ protocolVersion: '2025-06-18', tools: [{ name: 'a' }] });
});

const stream =
  (text: string): RequestListener =>
  (_, response) =>
    void response.writeHead(200, { 'content-type': 'text/event-stream' }).write(text);
const refuses: Record<string, Answering> = { initialize: (_, response) => response.writeHead(405).end() };

describe('what is wrong has a cause and a fix, in which the server has no word:', () => {
  const cases: [string, string, RegExp, () => Promise<string>][] = [
    ['another revision', 'protocol', /no revision/, () => speaking({ 'server/discover': discovered(['2031-01-01']) })],
    [
      'another revision, said as an error',
      'protocol',
      /no revision/,
      () =>
        speaking({
          'server/discover': ({ id }, response) => say(response, { error: { code: -32022, data: { supported: ['2031-01-01'] } } }, id, 400),
        }),
    ],
    ['no such method', 'protocol', /answers initialize with an error \(-32601\)/, () => speaking({})],
    [
      'tools that cannot be listed',
      'protocol',
      /answers tools\/list with an error \(-32601\)/,
      () => speaking({ initialize: initialized('2025-06-18') }),
    ],
    [
      'compressed answers',
      'protocol',
      /compresses/,
      () => speaking({ initialize: ({ id }, response) => say(response, { result: {} }, id, 200, { 'content-encoding': 'br' }) }),
    ],
    [
      'messages to be sent elsewhere',
      'protocol',
      /HTTP\+SSE.*not on the same origin/,
      () => speaking(refuses, stream('event: endpoint\ndata: http://169.254.169.254/\n\n')),
    ],
    ['a stream that is silent', 'timeout', /within|nothing comes/, () => speaking(refuses, stream(': canary\n\n'))],
    ['a page behind the door', 'not_mcp', /not an MCP server/, () => speaking(refuses, (_, response) => response.end('<p>'))],
  ];
  test.each(cases)('%s', async (_, code, message, start) => {
    const failure = await discover(await start(), code === 'timeout' ? 2500 : LONG_MS).then(() => null, discoveryFailure);
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message), fix: expect.stringMatching(/\.$/) });
    expect(JSON.stringify(failure)).not.toContain('canary');
  });
});
