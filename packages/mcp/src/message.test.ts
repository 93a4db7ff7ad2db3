import { describe, expect, test } from 'vitest';
import { classifyMessage } from './message.ts';

const call = (params: unknown, id: unknown = 1) => ({ jsonrpc: '2.0', id, method: 'tools/call', params });

describe('a message', () => {
  test('yields what the policy judges', () => {
    expect(classifyMessage(call({ name: 'echo', arguments: { a: 1 }, _meta: { progressToken: 'p' } }))).toEqual({
      ok: true,
      message: expect.objectContaining({ kind: 'request', id: 1, method: 'tools/call', tool: 'echo', args: { a: 1 }, progressToken: 'p' }),
    });
    expect(classifyMessage(call({ name: 'echo' }))).toMatchObject({ message: { args: {} } });
    expect(classifyMessage({ jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({ message: { kind: 'notification' } });
    expect(classifyMessage({ jsonrpc: '2.0', id: 'x', result: {} })).toEqual({ ok: true, message: { kind: 'response', id: 'x' } });
  });

  test.each([
    [[call({ name: 'echo' })], 'batch'],
    [[], 'batch'],
    [null, 'not_a_message'],
    ['text', 'not_a_message'],
    [{ id: 1, method: 'ping' }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: null, method: 'ping' }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: {}, method: 'ping' }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: 1, method: 7 }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', result: {} }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', extra: {} }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: 1 }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: 1, result: {}, error: {} }, 'not_a_message'],
    [{ jsonrpc: '2.0', result: {} }, 'not_a_message'],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', params: [] }, 'invalid_params'],
    [{ jsonrpc: '2.0', id: 1, method: 'ping', params: { _meta: 1 } }, 'invalid_params'],
    [{ jsonrpc: '2.0', method: 'tools/call', params: { name: 'echo' } }, 'tool_call_without_id'],
    [call({}), 'invalid_params'],
    [call({ name: '' }), 'invalid_params'],
    [call({ name: ['echo'] }), 'invalid_params'],
    [call({ name: 'x'.repeat(257) }), 'invalid_params'],
    [call({ name: 'echo', arguments: [] }), 'invalid_params'],
    [call({ name: 'echo', arguments: null }), 'invalid_params'],
  ])('%j is refused as %s', (value, problem) => {
    expect(classifyMessage(value)).toMatchObject({ ok: false, problem });
  });
});
