import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkParamHeaders, type ParamHeader, paramHeadersOf, readParamHeaders } from './param-headers.ts';

const property = (type: string, header: unknown) => ({ type, 'x-mcp-header': header });
const schema = {
  type: 'object',
  properties: {
    region: property('string', 'Region'),
    count: property('integer', 'Count'),
    dry: property('boolean', 'Dry-Run'),
    'x-mcp-header': { type: 'string' },
    target: { type: 'object', properties: { zone: property('string', 'Zone') } },
    free: { type: 'string', default: { 'x-mcp-header': 'data' } },
  },
};

function declared(): readonly ParamHeader[] {
  const read = readParamHeaders(schema);
  if (!read.ok) throw new Error(read.message);
  return read.headers;
}

describe('the annotations of a tool', () => {
  test('are found on properties at any depth', () => {
    expect(declared().map(({ name, path }) => [name, path.join('.')])).toEqual(
      expect.arrayContaining([
        ['Region', 'region'],
        ['Count', 'count'],
        ['Dry-Run', 'dry'],
        ['Zone', 'target.zone'],
      ]),
    );
    expect(declared()).toHaveLength(4);
    expect(readParamHeaders({ type: 'object' })).toEqual({ ok: true, headers: [] });
  });

  test.each<[string, unknown]>([
    ['empty', { properties: { a: property('string', '') } }],
    ['not a token', { properties: { a: property('string', 'My Region') } }],
    ['with a line break', { properties: { a: property('string', 'A\r\nB: c') } }],
    ['no string', { properties: { a: property('string', 7) } }],
    ['twice the same', { properties: { a: property('string', 'Region'), b: property('string', 'REGION') } }],
    ['on an object', { properties: { a: property('object', 'A') } }],
    ['on a type of several', { properties: { a: { type: ['string', 'null'], 'x-mcp-header': 'A' } } }],
    ['at the root', property('object', 'A')],
    ['under items', { properties: { a: { type: 'array', items: property('string', 'A') } } }],
    ['under anyOf', { anyOf: [{ properties: { a: property('string', 'A') } }] }],
    ['under else', { if: {}, else: { properties: { a: property('string', 'A') } } }],
    ['under $defs', { $defs: { a: property('string', 'A') } }],
    ['under properties that are a list', { properties: [property('string', 'A')] }],
  ])('are refused when %s', (_, inputSchema) => {
    expect(readParamHeaders(inputSchema)).toMatchObject({ ok: false });
  });

  test('of a schema without end or measure are not read at all', () => {
    let deep: Record<string, unknown> = {};
    for (let i = 0; i < 5_000; i++) deep = { properties: { a: deep } };
    expect(readParamHeaders(deep)).toMatchObject({ ok: false });
    const wide = { properties: Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`p${i}`, {}])) };
    expect(readParamHeaders(wide)).toMatchObject({ ok: false });
  });
});

describe('headers of arguments', () => {
  const check = (args: Record<string, unknown>, headers: Record<string, string>) =>
    checkParamHeaders(declared(), args, new Map(Object.entries(headers)));

  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['the same', { region: 'eu' }, { 'mcp-param-region': 'eu' }],
    ['encoded', { region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8=?=' }],
    ['a number written otherwise', { count: 42 }, { 'mcp-param-count': '42.0' }],
    ['a truth', { dry: false }, { 'mcp-param-dry-run': 'false' }],
    ['nested', { target: { zone: 'a' } }, { 'mcp-param-zone': 'a' }],
    ['none for null', { region: null }, {}],
    ['none for nothing', {}, {}],
    ['of another tool', {}, { 'mcp-param-other': 'x' }],
  ])('agree when they are %s', (_, args, headers) => {
    expect(check(args, headers)).toBe(null);
  });

  test.each<[string, Record<string, unknown>, Record<string, string>]>([
    ['missing', { region: 'eu' }, {}],
    ['another value', { region: 'eu' }, { 'mcp-param-region': 'us' }],
    ['of another case', { region: 'eu' }, { 'mcp-param-region': 'EU' }],
    ['broken base64', { region: 'Hello' }, { 'mcp-param-region': '=?base64?SGVsbG8?=' }],
    ['sent for null', { region: null }, { 'mcp-param-region': 'eu' }],
    ['sent for nothing', {}, { 'mcp-param-region': 'eu' }],
    ['sent for what only the prototype has', {}, { 'mcp-param-zone': 'a' }],
    ['a number in disguise', { count: 16 }, { 'mcp-param-count': '0x10' }],
    ['a number that is a word', { count: 0 }, { 'mcp-param-count': 'zero' }],
  ])('disagree when they are %s', (_, args, headers) => {
    expect(check(args, headers)).toMatchObject({ fault: 'header_mismatch' });
  });

  test('that the gateway adds agree with the arguments they are made of', () => {
    const args = fc.record({ region: fc.string({ unit: 'grapheme' }), count: fc.integer(), dry: fc.boolean() }, { requiredKeys: [] });
    fc.assert(fc.property(args, (given) => check(given, paramHeadersOf(declared(), given)) === null));
  });
});
