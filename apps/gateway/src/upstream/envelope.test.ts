import { isResponse } from '@toolgate/mcp/is-response';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callOf, createFixture, type Fixture, post } from '../testing/fixture.ts';
import type { RunningGateway } from '../wiring.ts';
import { responseId } from './envelope.ts';

let fixture: Fixture;
let gateway: RunningGateway;
let answer = '';
let status = 200;

beforeAll(async () => {
  fixture = await createFixture('embedded', {
    intercept: (_, response) => {
      const type = answer.startsWith('data:') ? 'text/event-stream' : 'application/json';
      response.writeHead(status, { 'content-type': type }).end(answer);
      return true;
    },
  });
  gateway = await fixture.start();
});
afterAll(() => fixture.stop());

const ask = '"method":"sampling/createMessage","params":{"messages":[]}';
const long = `"pad":"${'x'.repeat(300_000)}"`;

test.each([
  ['a request of the server', `{"jsonrpc":"2.0","id":1,${ask}}`],
  ['a long one', `{"jsonrpc":"2.0","id":1,${ask.replace('[]', `[],${long}`)}}`],
  ['a request that is a response as well', `{"jsonrpc":"2.0","id":1,${ask},"result":{}}`],
  ['a long one of these', `{"jsonrpc":"2.0","id":1,"result":{${long}},${ask}}`],
  ['a request for those who ignore case', `{"jsonrpc":"2.0","id":1,${ask.replace('method', 'Method')},"result":{}}`],
  ['a long answer to somebody else', `{"jsonrpc":"2.0","id":2,"result":{${long}}}`],
  ['a long text that names its id twice', `{"jsonrpc":"2.0","id":1,"result":{${long}},"id":2}`],
  ['two long messages', `{"jsonrpc":"2.0","id":1,"result":{${long}}}{"jsonrpc":"2.0","id":1,${ask}}`],
])('an upstream cannot pass off as the answer to a call %s', async (_, body) => {
  const tenant = await fixture.tenant();
  answer = body;
  const json = await post(gateway.url + tenant.path, tenant.token, callOf('fail'));
  expect(json.status).toBe(502);
  expect(await json.text()).not.toContain('sampling');
  answer = `data: ${body}\n\ndata: {"jsonrpc":"2.0","id":1,"result":{"content":[]}}\n\n`;
  const streamed = await (await post(gateway.url + tenant.path, tenant.token, callOf('fail'))).text();
  expect(streamed.toLowerCase()).not.toContain('sampling');
});

test('under an HTTP error only an error passes: neither a list that was not filtered nor a request of the server', async () => {
  const tenant = await fixture.tenant();
  status = 400;
  for (const body of [
    '"result":{"tools":[{"name":"hidden"}]}',
    '"method":"hidden"',
    '"error":{"code":1,"message":"x"},"method":"hidden"',
  ]) {
    answer = `{"jsonrpc":"2.0","id":1,${body}}`;
    const refused = await post(gateway.url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expect([refused.status, await refused.text()]).toEqual([502, expect.not.stringContaining('hidden')]);
  }
  answer = '{"jsonrpc":"2.0","id":null,"error":{"code":-32000,"message":"Bad Request: Server not initialized"}}';
  const passed = await post(gateway.url + tenant.path, tenant.token, { jsonrpc: '2.0', id: 1, method: 'tools/list' });
  expect([passed.status, await passed.text()]).toEqual([400, answer]);
  status = 200;
});

test('a long answer to this call passes as it came', async () => {
  const tenant = await fixture.tenant();
  answer = ` { "id" : 1 , "result":{${long},"n":12345678901234567890,"s":"\\"}"},"jsonrpc":"2.0"}\n`;
  expect(await (await post(gateway.url + tenant.path, tenant.token, callOf('fail'))).text()).toBe(answer);
});

test.each([
  ['twice', `"method":"sampling/createMessage","method":"notifications/message"`],
  ['in other letters', `"method":"notifications/message","Method":"sampling/createMessage"`],
  ['with an escape, after V8 was made to misread it', `"method":"notifications/message","\\u006dethod":"sampling/createMessage"`],
])('a notification that names its method %s is nobody’s to read in two ways: it is dropped', async (_, methods) => {
  const tenant = await fixture.tenant();
  const misleading = '{"jsonrpc":"2.0","method":"notifications/message","\\\\":1}';
  const result = '{"jsonrpc":"2.0","id":1,"result":{"content":[]}}';
  status = 200;
  answer = [misleading, `{"jsonrpc":"2.0",${methods},"id":9,"params":{}}`, result].map((data) => `data: ${data}\n\n`).join('');
  expect(await (await post(gateway.url + tenant.path, tenant.token, callOf('echo'))).text()).toBe(`data: ${result}\n\n`);
});

test('without parsing, the id of a response is the one that parsing finds, and nothing else is a response', () => {
  const member = fc.tuple(fc.constantFrom('jsonrpc', 'id', 'result', 'error', 'method', 'Id'), fc.jsonValue());
  fc.assert(
    fc.property(fc.uniqueArray(member, { selector: ([key]) => key }), fc.nat(3), (members, indent) => {
      const message = Object.fromEntries(members);
      const expected = isResponse(message) && !('result' in message && 'error' in message) ? message.id : undefined;
      expect(responseId(Buffer.from(JSON.stringify(message, null, indent)))).toEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('text that is no message is no response, however it ends', () => {
  const whole = '{"jsonrpc":"2.0","id":1,"result":{"a":"\\\\","b":[1]}}';
  expect(responseId(Buffer.from(whole))).toBe(1);
  for (let end = 0; end < whole.length; end++) expect(responseId(Buffer.from(whole.slice(0, end)))).toBeUndefined();
});
