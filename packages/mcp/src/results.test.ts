import { describe, expect, test } from 'vitest';
import { declares, readInputRequired, refusedInput } from './input-required.ts';
import { asSessionResult, asStatelessResult, resultTypeOf, subscriptionEnd, withPrivateCaching, withSubscriptionId } from './results.ts';

describe('the kind of a result', () => {
  test.each([
    ['tools/call', {}, 'complete'],
    ['tools/call', { resultType: 'complete' }, 'complete'],
    ['tools/call', { resultType: 'input_required' }, 'input_required'],
    ['tools/list', { resultType: 'input_required' }, 'unknown'],
    ['tools/call', { resultType: 'task', taskId: 't' }, 'unknown'],
    ['tools/call', { resultType: null }, 'unknown'],
    ['tools/call', { resultType: 'Complete' }, 'unknown'],
  ])('%s %j is %s', (method, result, type) => {
    expect(resultTypeOf(method, result)).toBe(type);
  });
});

describe('caching hints', () => {
  test.each([
    [{ ttlMs: 3_600_000, cacheScope: 'public' }, 60_000],
    [{ ttlMs: 5, cacheScope: 'private' }, 5],
    [{}, 0],
    [{ ttlMs: -1 }, 0],
    [{ ttlMs: '9', cacheScope: 'public' }, 0],
    [{ ttlMs: 1.5 }, 0],
  ])('of %j become private and at most the gateway’s own time', (hints, ttlMs) => {
    expect(withPrivateCaching('tools/list', { tools: [], ...hints }, 60_000)).toEqual({ tools: [], ttlMs, cacheScope: 'private' });
  });

  test('are taken from what must not be cached', () => {
    const hints = { ttlMs: 1, cacheScope: 'public' };
    expect(withPrivateCaching('tools/call', { content: [], ...hints }, 60_000)).toEqual({ content: [] });
    expect(withPrivateCaching('resources/read', { resultType: 'input_required', requestState: 's', ...hints }, 60_000)).toEqual({
      resultType: 'input_required',
      requestState: 's',
    });
  });

  test('and the kind come and go with the era', () => {
    const result = { tools: [] };
    const stateless = asStatelessResult('tools/list', result);
    expect(stateless).toEqual({ tools: [], resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
    expect(asSessionResult(stateless)).toEqual(result);
  });
});

describe('what a server asks for before it answers', () => {
  const elicit = { method: 'elicitation/create', params: { message: 'Name?', requestedSchema: {} } };
  const link = { method: 'elicitation/create', params: { mode: 'url', message: 'Go', url: 'https://x.test' } };
  const sample = { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1, tools: [] } };
  const all = () => true;

  test('is read with what each needs of the client', () => {
    const read = readInputRequired({ inputRequests: { a: elicit, b: link, c: sample, d: { method: 'roots/list' } }, requestState: 's' });
    expect(read).toEqual({
      requestState: 's',
      requests: [
        { key: 'a', method: 'elicitation/create', needs: { elicitation: { form: {} } } },
        { key: 'b', method: 'elicitation/create', needs: { elicitation: { url: {} } } },
        { key: 'c', method: 'sampling/createMessage', needs: { sampling: { tools: {} } } },
        { key: 'd', method: 'roots/list', needs: { roots: {} } },
      ],
    });
    expect(readInputRequired({ requestState: 's' })).toEqual({ requests: [], requestState: 's' });
  });

  test.each([
    {},
    { requestState: 7 },
    { inputRequests: [] },
    { inputRequests: { a: null } },
    { inputRequests: { a: { method: 'tools/call' } } },
    { inputRequests: { a: { method: 'ping' } } },
    { inputRequests: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`k${i}`, elicit])) },
  ])('is no answer when it is %j', (result) => {
    expect(readInputRequired(result)).toBe(null);
  });

  test('is refused by the policy first, then for what the client never declared', () => {
    const required = readInputRequired({ inputRequests: { a: elicit, c: sample } })!;
    const capabilities = { elicitation: {}, sampling: { tools: {} } };
    expect(refusedInput(required, all, capabilities)).toBe(null);
    expect(refusedInput(required, (method) => method !== 'sampling/createMessage', capabilities)).toMatchObject({
      request: { key: 'c' },
      why: 'policy',
    });
    expect(refusedInput(required, all, { elicitation: {} })).toMatchObject({ request: { key: 'c' }, why: 'undeclared' });
    expect(refusedInput(required, all, { elicitation: { url: {} }, sampling: {} })).toMatchObject({
      request: { key: 'a' },
      why: 'undeclared',
    });
  });

  test('an empty elicitation stands for its form mode only, and inherited keys for nothing', () => {
    expect(declares({ elicitation: {} }, { elicitation: { form: {} } })).toBe(true);
    expect(declares({ elicitation: {} }, { elicitation: { url: {} } })).toBe(false);
    expect(declares({ elicitation: { url: {} } }, { elicitation: { form: {} } })).toBe(false);
    expect(declares({}, { constructor: {} })).toBe(false);
  });
});

test('a subscription’s messages carry the id that its caller gave it', () => {
  expect(withSubscriptionId({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }, 'a')).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/tools/list_changed',
    params: { _meta: { 'io.modelcontextprotocol/subscriptionId': 'a' } },
  });
  expect(withSubscriptionId(subscriptionEnd(1), 2)).toMatchObject({
    result: { resultType: 'complete', _meta: { 'io.modelcontextprotocol/subscriptionId': 2 } },
  });
});
