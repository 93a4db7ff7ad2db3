import { joinResult } from '@toolgate/mcp/joined-message';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { joinResponse, joinServerMessage } from './join-answer.ts';

const joined = (text: string) => joinResponse('a', Buffer.from(text)).toString('utf8');

const uri = fc.constantFrom('file:///x', 'é:"\\', '', 'tg-b+x');
const block = fc.oneof(
  fc.record({ type: fc.constantFrom('resource_link', 'text'), uri }),
  fc.record({ type: fc.constant('resource'), resource: fc.record({ uri, text: fc.string() }) }),
  fc.constantFrom(null, 7, 'text', [], { type: 'resource_link' }, { 'ty\\pe': 1, uri: 'x' }),
);
const list = fc.oneof(fc.array(block, { maxLength: 5 }), fc.constantFrom('none', null));
const resultOf = fc.record(
  {
    content: list,
    contents: list,
    messages: fc.array(fc.record({ role: fc.constant('user'), content: block }), { maxLength: 3 }),
    structuredContent: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

test('every address in an answer is joined, and nothing else is changed', () => {
  fc.assert(
    fc.property(resultOf, fc.constantFrom(0, 1), (result, space) => {
      const response = { jsonrpc: '2.0', id: 1, result };
      const text = JSON.stringify(response, null, space);
      expect(JSON.parse(joined(text))).toEqual(JSON.parse(JSON.stringify({ ...response, result: joinResult('a', result) })));
    }),
    { numRuns: 2000 },
  );
});

test('bytes that are no address stay as they are, also where there are many, and where names are escaped', () => {
  const link = (n: number) => `{ "uri":"f:${n}" , "type":"resource_link"}`;
  const text = (content: string, key = 'content') => `{"jsonrpc":"2.0","id":1,"result":{"n":12345678901234567890, "${key}":[${content}]}}`;
  expect(joined(text(`${link(1)},${link(2)}`))).toBe(text(`${link(1)},${link(2)}`).replaceAll('"f:', '"tg-a+f:'));
  const many = Array.from({ length: 100 }, (_, n) => link(n)).join();
  expect(joined(text(many)).match(/"tg-a\+f:/g)).toHaveLength(100);
  expect(joined(text(link(1), 'cont\\u0065nt'))).toContain('"tg-a+f:1"');
  const error = '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x","data":{"uri":"f:1"}}}';
  expect(joined(error)).toBe(error);
});

test('requests and notifications of servers say whose they are', () => {
  const said = (message: object) => {
    const text = joinServerMessage('a', message as Record<string, unknown>, JSON.stringify(message));
    return text === null ? null : JSON.parse(text);
  };
  const ask = { jsonrpc: '2.0', id: 0, method: 'roots/list', params: { _meta: { progressToken: 'p' } } };
  expect(said(ask)).toEqual({ ...ask, id: 'tg-a+n0', params: { _meta: { progressToken: 'tg-a+sp' } } });
  expect(said({ ...ask, id: 1.5 })).toBe(null);
  expect(said({ ...ask, id: null })).toBe(null);
  const notify = (method: string, params: object) => ({ jsonrpc: '2.0', method: `notifications/${method}`, params });
  expect(said(notify('cancelled', { requestId: 'x' }))).toEqual(notify('cancelled', { requestId: 'tg-a+sx' }));
  expect(said(notify('resources/updated', { uri: 'f:x' }))).toEqual(notify('resources/updated', { uri: 'tg-a+f:x' }));
  // The token of a client's request is the client's.
  const progress = notify('progress', { progressToken: 1, progress: 2 });
  expect(said(progress)).toEqual(progress);
});
