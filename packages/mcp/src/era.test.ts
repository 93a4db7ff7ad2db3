import { describe, expect, test } from 'vitest';
import { type EraReading, readEra } from './era.ts';
import { errorResponse, httpStatus } from './errors.ts';
import { classifyMessage, type Message } from './message.ts';
import { readMirroredHeaders } from './mirrored-headers.ts';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': { elicitation: {} },
};
const HEADERS = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/list'];

function message(method: string, params: unknown, id: unknown = 1): Message {
  const read = classifyMessage({ jsonrpc: '2.0', ...(id === null ? {} : { id }), method, params });
  if (!read.ok) throw new Error(read.message);
  return read.message;
}

function read(of: Message, rawHeaders: string[]): EraReading {
  const headers = readMirroredHeaders(rawHeaders);
  return 'fault' in headers ? { ok: false, ...headers } : readEra(of, headers);
}

const list = (meta: unknown = META) => message('tools/list', { _meta: meta });
const version = (named: string) => ({ ...META, 'io.modelcontextprotocol/protocolVersion': named });

describe('the era of a request', () => {
  test('is what its body says, and then its envelope is read', () => {
    const meta = {
      ...META,
      'io.modelcontextprotocol/clientInfo': { name: 'x', version: '1', title: 'X' },
      'io.modelcontextprotocol/logLevel': 'info',
    };
    expect(read(list(meta), HEADERS)).toEqual({
      ok: true,
      era: 'stateless',
      envelope: {
        protocolVersion: '2026-07-28',
        clientCapabilities: { elicitation: {} },
        clientInfo: { name: 'x', version: '1' },
        logLevel: 'info',
      },
    });
    expect(read(list(), HEADERS)).toMatchObject({ envelope: { clientInfo: null, logLevel: null } });
  });

  test.each([[[]], [['MCP-Protocol-Version', '2025-11-25']], [['mcp-protocol-version', '2025-03-26', 'Mcp-Method', 'junk']]])(
    'is a session without an envelope: %j',
    (headers) => {
      expect(read(list({ progressToken: 1 }), headers)).toEqual({ ok: true, era: 'session' });
      expect(read(message('initialize', { protocolVersion: '2025-11-25' }), headers)).toEqual({ ok: true, era: 'session' });
      expect(read(message('notifications/initialized', {}, null), headers)).toEqual({ ok: true, era: 'session' });
    },
  );

  test('of a notification is its header’s, and of an answer always a session', () => {
    expect(read(message('notifications/cancelled', { requestId: 1 }, null), HEADERS)).toEqual({
      ok: true,
      era: 'stateless',
      envelope: null,
    });
    const answer: Message = { kind: 'response', id: 1 };
    expect(read(answer, ['MCP-Protocol-Version', '2025-06-18'])).toEqual({ ok: true, era: 'session' });
    expect(read(answer, HEADERS)).toMatchObject({ ok: false, fault: 'invalid_request' });
  });
});

describe('a request is refused with 400', () => {
  const call = message('tools/call', { name: 'run', arguments: {}, _meta: META });
  const named = (...more: string[]) => ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', 'tools/call', ...more];
  test.each<[string, Message, string[], string, number]>([
    ['without an envelope', message('tools/list', {}), HEADERS, 'invalid_params', -32602],
    ['without params at all', message('tools/list', undefined), HEADERS, 'invalid_params', -32602],
    ['without a version', list({ 'io.modelcontextprotocol/clientCapabilities': {} }), HEADERS, 'invalid_params', -32602],
    ['without capabilities', list({ 'io.modelcontextprotocol/protocolVersion': '2026-07-28' }), HEADERS, 'invalid_params', -32602],
    ['whose version is no string', list({ ...META, 'io.modelcontextprotocol/protocolVersion': 7 }), HEADERS, 'invalid_params', -32602],
    [
      'whose capabilities are a list',
      list({ ...META, 'io.modelcontextprotocol/clientCapabilities': [] }),
      HEADERS,
      'invalid_params',
      -32602,
    ],
    ['whose client has no name', list({ ...META, 'io.modelcontextprotocol/clientInfo': {} }), HEADERS, 'invalid_params', -32602],
    ['whose log level is none', list({ ...META, 'io.modelcontextprotocol/logLevel': 'loud' }), HEADERS, 'invalid_params', -32602],
    ['of a later version', list(version('2030-01-01')), ['MCP-Protocol-Version', '2030-01-01'], 'unsupported_version', -32022],
    ['of an earlier one', list(version('2025-11-25')), ['MCP-Protocol-Version', '2025-11-25'], 'unsupported_version', -32022],
    ['of a version that is none', list({}), ['MCP-Protocol-Version', 'latest'], 'unsupported_version', -32022],
    ['whose versions differ', list(), ['MCP-Protocol-Version', '2025-11-25', 'Mcp-Method', 'tools/list'], 'header_mismatch', -32020],
    ['whose version header is missing', list(), ['Mcp-Method', 'tools/list'], 'header_mismatch', -32020],
    ['whose method header is missing', list(), ['MCP-Protocol-Version', '2026-07-28'], 'header_mismatch', -32020],
    ['whose methods differ by case', list(), [...HEADERS.slice(0, 3), 'Tools/list'], 'header_mismatch', -32020],
    ['whose method header was sent twice', list(), [...HEADERS, 'mcp-method', 'tools/list'], 'header_mismatch', -32020],
    ['whose name header is missing', call, named(), 'header_mismatch', -32020],
    ['whose names differ', call, named('Mcp-Name', 'Run'), 'header_mismatch', -32020],
    ['whose name has broken base64', call, named('Mcp-Name', '=?base64?cnVu=?='), 'header_mismatch', -32020],
    ['that is initialize in name only', message('initialize', {}), HEADERS, 'header_mismatch', -32020],
  ])('%s', (_, of, headers, fault, code) => {
    const reading = read(of, headers);
    expect(reading).toMatchObject({ ok: false, fault });
    if (reading.ok) return;
    expect(httpStatus(reading.fault)).toBe(400);
    const body = JSON.parse(errorResponse(reading.fault, 1, 'r1', reading.message, reading.data));
    expect(body).toMatchObject({ jsonrpc: '2.0', id: 1, error: { code, data: { requestId: 'r1' } } });
    if (code === -32022)
      expect(body.error.data).toMatchObject({ supported: ['2026-07-28', '2025-11-25', '2025-06-18', '2025-03-26'], requested: headers[1] });
  });

  test('but not for white space around a value, another case of a header’s name, or base64 where none is needed', () => {
    for (const name of ['  run ', '=?base64?cnVu?='])
      expect(read(call, ['mcp-protocol-version', '2026-07-28', 'MCP-METHOD', 'tools/call', 'mcp-name', name])).toMatchObject({ ok: true });
  });
});

test('the name header repeats the name of a prompt and the address of a resource', () => {
  for (const [method, params] of [
    ['prompts/get', { name: 'p' }],
    ['resources/read', { uri: 'p' }],
  ] as const) {
    const of = message(method, { ...params, _meta: META });
    const headers = ['MCP-Protocol-Version', '2026-07-28', 'Mcp-Method', method];
    expect(read(of, headers)).toMatchObject({ ok: false, fault: 'header_mismatch' });
    expect(read(of, [...headers, 'Mcp-Name', 'q'])).toMatchObject({ ok: false, fault: 'header_mismatch' });
    expect(read(of, [...headers, 'Mcp-Name', 'p'])).toMatchObject({ ok: true });
  }
});
