import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinList, joinResult, targetOf } from './joined-message.ts';
import { joinName, joinUri, MAX_JOINED_NAME, splitName, splitUri } from './joined-name.ts';
import { readMessage, replaceMembers } from './read-message.ts';

const slug = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6}){0,2}$/);
/** Names that are made of what could confuse the splitting. */
const name = fc.string({ unit: fc.constantFrom('_', '__', '-', '+', 'a', 'tg-', ':', '/', '{', 'é', '😀'), minLength: 1, maxLength: 20 });

describe('a joined name', () => {
  test('is split into what it was joined from, whatever the name holds', () => {
    fc.assert(
      fc.property(slug, name, (server, own) => {
        expect(splitName(joinName(server, own)!)).toEqual({ server, name: own });
        expect(splitUri(joinUri(server, own)!)).toEqual({ server, uri: own });
      }),
      { numRuns: 5_000 },
    );
  });

  test('is never that of another server or another name', () => {
    fc.assert(
      fc.property(slug, name, slug, name, (server, own, otherServer, otherOwn) => {
        if (server === otherServer && own === otherOwn) return;
        expect(joinName(server, own)).not.toBe(joinName(otherServer, otherOwn));
        expect(joinUri(server, own)).not.toBe(joinUri(otherServer, otherOwn));
      }),
      { numRuns: 5_000 },
    );
    expect(joinName('a', 'b__c')).toBe('a__b__c');
    expect(splitName('a__b__c')).toEqual({ server: 'a', name: 'b__c' });
    expect(splitName('a___c')).toEqual({ server: 'a', name: '_c' });
  });

  test('exists for every slug that the services can give, and for no other text', () => {
    for (const server of ['a__b', 'A', 'a_b', '-a', 'a-', 'a--b', '', 'é', 'x'.repeat(41)]) {
      expect(joinName(server, 'tool')).toBe(null);
      expect(joinUri(server, 'file:///x')).toBe(null);
    }
    for (const joined of ['tool', '__tool', 'a__', 'a_b__tool', 'A__tool', '', 'a-__tool']) expect(splitName(joined)).toBe(null);
    for (const joined of ['file:///x', 'tg-a:x', 'tg-+x', 'tg-a+', 'tg-A+x', 'TG-a+x', '']) expect(splitUri(joined)).toBe(null);
  });

  test('of more than 128 characters does not exist, so that two names never become one', () => {
    const longest = 'x'.repeat(MAX_JOINED_NAME - 'server__'.length);
    expect(joinName('server', longest)).toHaveLength(128);
    expect(joinName('server', `${longest}x`)).toBe(null);
    expect(splitName(`server__${longest}x`)).toBe(null);
  });

  test('of a resource is a URI where its own is one, and templates expand as before', () => {
    const joined = joinUri('files', 'file:///a/{name}.txt')!;
    expect(joined).toBe('tg-files+file:///a/{name}.txt');
    const expanded = joined.replace('{name}', 'b');
    expect(new URL(expanded).pathname).toBe('/a/b.txt');
    expect(splitUri(expanded)).toEqual({ server: 'files', uri: 'file:///a/b.txt' });
  });
});

describe('a message at the organization’s URL', () => {
  test.each([
    ['tools/call', { name: 'a__run' }, { server: 'a', name: 'run', place: 'params', key: 'name' }],
    ['prompts/get', { name: 'a__run' }, { server: 'a', name: 'run', place: 'params', key: 'name' }],
    ['resources/read', { uri: 'tg-a+file:///x' }, { server: 'a', name: 'file:///x', place: 'params', key: 'uri' }],
    ['completion/complete', { ref: { type: 'ref/prompt', name: 'a__p' } }, { server: 'a', name: 'p', place: 'ref', key: 'name' }],
    ['completion/complete', { ref: { type: 'ref/resource', uri: 'tg-a+f:{x}' } }, { server: 'a', name: 'f:{x}', place: 'ref', key: 'uri' }],
    ['tools/call', { name: 'run' }, 'unknown'],
    ['resources/read', { uri: 7 }, 'unknown'],
    ['completion/complete', {}, 'unknown'],
    ['tools/list', {}, null],
  ])('%s %j is for %j', (method, params, target) => {
    expect(targetOf(method, params)).toEqual(target);
  });

  test('is renamed in its own bytes, so that large numbers survive', () => {
    const text =
      '{ "jsonrpc":"2.0", "id":7,"method":"tools/call","params":{"arguments":{"n":12345678901234567890},"name" : "a__r\\u0075n" }}';
    const read = readMessage(text);
    if (!read.ok || read.message.kind !== 'request') throw new Error('not read');
    const target = targetOf(read.message.method, read.message.params);
    expect(target).toMatchObject({ server: 'a', name: 'run' });
    expect(replaceMembers(read.source, [{ place: 'params', key: 'name', value: 'run' }])).toBe(text.replace('"a__r\\u0075n"', '"run"'));
  });

  test('lists every item under its joined name, and says which cannot be had', () => {
    const tools = [{ name: 'run', inputSchema: {} }, { name: 'x'.repeat(130) }, { title: 'no name' }, 'junk'];
    expect(joinList('tools', 'a', tools)).toEqual({ items: [{ name: 'a__run', inputSchema: {} }], leftOut: ['x'.repeat(130), ''] });
    expect(joinList('resourceTemplates', 'a', [{ uriTemplate: 'f:{x}', name: 'n' }]).items).toEqual([
      { uriTemplate: 'tg-a+f:{x}', name: 'n' },
    ]);
  });

  test('has the addresses in its contents joined, and its text left alone', () => {
    expect(
      joinResult('a', {
        content: [
          { type: 'text', text: 'see f:x' },
          { type: 'resource_link', uri: 'f:x', name: 'x' },
          { type: 'resource', resource: { uri: 'f:y', text: 'f:y' } },
        ],
        contents: [{ uri: 'f:z', text: '' }],
        messages: [{ role: 'user', content: { type: 'resource_link', uri: 'f:p' } }],
      }),
    ).toEqual({
      content: [
        { type: 'text', text: 'see f:x' },
        { type: 'resource_link', uri: 'tg-a+f:x', name: 'x' },
        { type: 'resource', resource: { uri: 'tg-a+f:y', text: 'f:y' } },
      ],
      contents: [{ uri: 'tg-a+f:z', text: '' }],
      messages: [{ role: 'user', content: { type: 'resource_link', uri: 'tg-a+f:p' } }],
    });
  });
});
