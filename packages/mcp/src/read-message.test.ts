import fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorCode, errorResponse, httpStatus } from './errors.ts';
import type { MessageProblem } from './message.ts';
import { faultOf, memberText, readMessage, replaceMembers } from './read-message.ts';
import { JSON_PROBLEMS } from './strict-json.ts';

const MESSAGE_PROBLEMS: Record<MessageProblem, number> = {
  batch: -32600,
  not_a_message: -32600,
  tool_call_without_id: -32600,
  invalid_params: -32602,
};

test.each([
  ...JSON_PROBLEMS.map((problem) => [problem, problem === 'unsafe_id' ? -32600 : -32700] as const),
  ...(Object.entries(MESSAGE_PROBLEMS) as [MessageProblem, number][]),
])('%s is answered with 400 and the JSON-RPC error %i', (problem, code) => {
  expect(httpStatus(faultOf(problem))).toBe(400);
  expect(errorCode(faultOf(problem))).toBe(code);
});

test.each([
  ['{', 'parse_error', null],
  ['{"id":1.5}', 'invalid_request', null],
  ['[]', 'invalid_request', null],
  ['{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{}}', 'invalid_params', 7],
  ['{"jsonrpc":"2.0","id":"a","method":"ping","params":[]}', 'invalid_params', 'a'],
] as const)('%s is refused as %s, to whoever sent it', (text, fault, id) => {
  const read = readMessage(text);
  expect(read).toMatchObject({ ok: false, fault, id });
  if (read.ok) return;
  expect(JSON.parse(errorResponse(read.fault, read.id, 'r1', read.message))).toEqual({
    jsonrpc: '2.0',
    id,
    error: { code: errorCode(fault), message: read.message, data: { code: fault, requestId: 'r1' } },
  });
});

const text =
  '{ "jsonrpc":"2.0","id":7, "method":"tools/call" ,"params":{"name":"a__run","arguments":{"n":12345678901234567890,"name":"x"},' +
  '"_meta":{"io.modelcontextprotocol/clientCapabilities":{"sampling":{}}}}}\n';

function source() {
  const read = readMessage(text);
  if (!read.ok) throw new Error(read.message);
  return read.source;
}

test('members are replaced in place, and nothing else of the text changes', () => {
  expect(memberText(source(), 'params', 'arguments')).toBe('{"n":12345678901234567890,"name":"x"}');
  expect(memberText(source(), 'params', 'uri')).toBe(null);
  expect(
    replaceMembers(source(), [
      { place: 'meta', key: 'io.modelcontextprotocol/clientCapabilities', value: {} },
      { place: 'params', key: 'name', value: 'r"un' },
      { place: 'root', key: 'id', value: 'wire-1' },
    ]),
  ).toBe(text.replace('{"sampling":{}}', '{}').replace('"a__run"', '"r\\"un"').replace('"id":7', '"id":"wire-1"'));
});

test('a replacement that cannot be made is a fault, not another message', () => {
  expect(() => replaceMembers(source(), [{ place: 'params', key: 'uri', value: 'x' }])).toThrow('no uri');
  expect(() =>
    replaceMembers(source(), [
      { place: 'params', key: '_meta', value: {} },
      { place: 'meta', key: 'io.modelcontextprotocol/clientCapabilities', value: {} },
    ]),
  ).toThrow('overlap');
});

test('a renamed message is the same message under another name', () => {
  fc.assert(
    fc.property(fc.json(), fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), (args, name) => {
      const before = readMessage(`{"jsonrpc":"2.0","id":1,"params":{"arguments":{"a":${args}},"name":"x"},"method":"tools/call"}`);
      if (!before.ok || before.message.kind !== 'request') return;
      const after = readMessage(replaceMembers(before.source, [{ place: 'params', key: 'name', value: name }]));
      expect(after).toMatchObject({ ok: true, message: { tool: name, id: 1, args: before.message.args } });
    }),
    { numRuns: 500 },
  );
});
