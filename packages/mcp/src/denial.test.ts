import { expect, test } from 'vitest';
import { denialResponse, methodDenialResponse } from './denial.ts';
import { errorCode, errorResponse, FAULT_CODES } from './errors.ts';

const denial = {
  code: 'limit_reached',
  message: 'At most 30 calls per minute per grant.',
  rule: '/tools/image_to_image/limits/0',
  policyVersion: 3,
  retryable: true,
  retryAfterMs: 21_000,
  limit: { counter: 'image_to_image_rate', max: 30, remaining: 0, resetAt: '2026-11-22T10:00:00.000Z' },
  requestId: 'r1',
  helpUrl: 'http://localhost:3000/acme/audit?event=r1',
};

test('a denial is a tool result that an agent can read', () => {
  const { message, ...decision } = denial;
  expect(JSON.parse(denialResponse(7, denial))).toEqual({
    jsonrpc: '2.0',
    id: 7,
    result: {
      content: [{ type: 'text', text: `[POLICY DENIED] ${message}` }],
      isError: true,
      _meta: { 'toolgate/decision': decision },
    },
  });
});

test('other methods are told by an error that carries the same decision', () => {
  const { error } = JSON.parse(methodDenialResponse('a', denial));
  expect(error.data['toolgate/decision']).toMatchObject({ code: 'limit_reached', requestId: 'r1' });
});

const STANDARD = [-32700, -32600, -32601, -32602, -32020, -32021, -32022];

test.each(FAULT_CODES)('the code of %s is a standard one or outside the reserved range, and its text names no internals', (code) => {
  const rpc = errorCode(code);
  if (!STANDARD.includes(rpc)) expect(rpc < -32768 || rpc > -32000).toBe(true);
  const { error } = JSON.parse(errorResponse(code, null, 'r1'));
  expect(error.data).toEqual({ code, requestId: 'r1' });
});

test('no two faults share a code', () => {
  expect(new Set(FAULT_CODES.map(errorCode)).size).toBe(FAULT_CODES.length);
});
