import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { expect, test } from 'vitest';
import { type NextTime, nextTime, type Today } from './next-time.ts';
import { allowHref, lineHref, simulateHref } from './policy-href.ts';
import { isToolCall } from './tool-call.ts';

const eventOf = (known: Partial<AuditEvent>): AuditEvent => ({
  ...auditFacts({ id: 'c1', organizationId: 'org', at: '2026-01-01T00:00:00.000Z', kind: 'call' }),
  ...{ seq: 7, prevHash: '', hash: '', method: 'tools/call', tool: 'draw', serverId: 's1', server: 'demo', grantId: 'g1', grant: 'ci' },
  ...{ decision: 'denied', code: 'default_deny', policyId: 'p1', policyVersion: 1 },
  ...known,
});

const today = (document: object | string, known: Partial<Today> = {}): Today => ({
  mayEdit: true,
  grant: { label: 'ci', state: 'active' },
  policy: { id: 'p1', slug: 'default', name: 'Default', source: typeof document === 'string' ? document : JSON.stringify(document) },
  ...known,
});

function next(event: Partial<AuditEvent>, now: Today): NextTime {
  const full = eventOf(event);
  if (!isToolCall(full)) throw new Error('It is no call of a tool.');
  return nextTime(full, now);
}
const wayOf = (event: Partial<AuditEvent>, document: object | string) => {
  const found = next(event, today(document));
  return found.kind === 'policy' ? found.way : found;
};

const closed = { version: '1', default: 'deny' };
const limits = [{ counter: 'c', window: 'minute', max: 1 }];

test('a tool that today’s policy refuses altogether can be allowed, whatever refused it then', () => {
  for (const code of ['default_deny', 'denied', 'hidden', 'no_policy'])
    expect([code, wayOf({ code }, closed)]).toEqual([code, { kind: 'allow' }]);
  expect(wayOf({ code: 'denied' }, { ...closed, tools: { draw: { action: 'deny' } } })).toEqual({ kind: 'allow' });
  expect(wayOf({ code: 'hidden' }, { ...closed, tools: { 'd*': { action: 'hide' } } })).toEqual({ kind: 'allow' });
  expect(wayOf({ decision: 'limited', code: 'limit_reached', rule: '/tools/draw/limits/0' }, closed)).toEqual({ kind: 'allow' });
});

test('what a rule of its own would not change leads to the line that decides', () => {
  expect(wayOf({ code: 'hidden' }, { ...closed, hide: ['other', 'd*'], tools: { draw: {} } })).toEqual({ kind: 'line', rule: '/hide/1' });
  const everything = wayOf({ code: 'denied' }, { ...closed, all_tools: { action: 'deny' }, tools: { draw: {} } });
  expect(everything).toMatchObject({ kind: 'line', rule: expect.stringMatching(/^\/all_tools/) });
  const rule = '/tools/draw/limits/0';
  expect(wayOf({ decision: 'limited', code: 'limit_reached', rule }, { ...closed, tools: { draw: { limits } } })).toEqual({
    kind: 'line',
    rule,
  });
});

test('there is no way where no word of the policy would help, and it says why', () => {
  const open = { ...closed, tools: { draw: {} } };
  expect(wayOf({ code: 'paused' }, closed)).toMatchObject({ kind: 'none', why: expect.stringContaining('pause') });
  expect(wayOf({ code: 'tool_quarantined' }, closed)).toMatchObject({ kind: 'none', why: expect.stringContaining('reviewed') });
  expect(wayOf({ code: 'default_deny' }, open)).toMatchObject({ kind: 'none', why: expect.stringContaining('no longer') });
  expect(wayOf({ code: 'default_deny' }, '{"version":')).toMatchObject({ kind: 'none', why: expect.stringContaining('cannot be read') });
  // The line is gone, or is one of another policy.
  const limited = { decision: 'limited', code: 'limit_reached', rule: '/tools/draw/limits/0' } as const;
  expect(wayOf(limited, open)).toMatchObject({ kind: 'none' });
  expect(wayOf({ ...limited, policyId: 'p2' }, { ...closed, tools: { draw: { limits } } })).toMatchObject({ kind: 'none' });
  expect(wayOf({ decision: 'allowed', code: 'allowed' }, closed)).toEqual({ kind: 'none', why: null });
});

test('a rule in shadow refuses nothing', () => {
  const document = { ...closed, tools: { draw: { action: 'deny', mode: 'shadow' } } };
  expect(wayOf({ code: 'denied', rule: '/tools/draw/action' }, document)).toMatchObject({ kind: 'none' });
});

test('a grant that no policy governs any more is named, and so is who may edit', () => {
  expect(next({}, today(closed, { policy: null }))).toEqual({
    kind: 'none',
    why: 'Grant ci has no policy for demo any more, so each of its calls is denied.',
  });
  expect(next({}, today(closed, { grant: { label: 'renamed', state: 'revoked' } }))).toMatchObject({
    why: expect.stringContaining('Grant renamed is revoked'),
  });
  expect(next({}, today(closed, { grant: null, policy: null }))).toMatchObject({ why: expect.stringContaining('Grant ci is gone') });
  expect(next({}, today(closed, { mayEdit: false }))).toMatchObject({ kind: 'none', why: expect.stringContaining('policy managers') });
});

test('what no policy decides has no next time', () => {
  const others: Partial<AuditEvent>[] = [
    { kind: 'change' },
    { method: 'tools/list', tool: null },
    { decision: 'rejected' },
    { decision: 'unauthenticated', grantId: null },
    { serverId: null },
  ];
  expect(others.filter((known) => isToolCall(eventOf(known)))).toEqual([]);
  expect(isToolCall(eventOf({ decision: 'expired' }))).toBe(true);
});

test('the links name the call by its number, and any tool', () => {
  expect(simulateHref('acme', 'default', { seq: 7 })).toBe('/acme/policies/default?call=7');
  expect(lineHref('acme', 'default', '/tools/a~1b')).toBe('/acme/policies/default?line=%2Ftools%2Fa~1b');
  const href = allowHref('acme', 'default', { tool: 'a&b c?#/é', seq: 7 });
  const query = new URL(href, 'http://localhost').searchParams;
  expect([query.get('allow'), query.get('call')]).toEqual(['a&b c?#/é', '7']);
});
