import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { describe, expect, test } from 'vitest';
import { eventMark } from './event-mark.ts';
import { changeText, durationText, eventSentence, ruleHref, ruleText } from './event-text.ts';

const event = (known: Partial<AuditEvent>): AuditEvent => ({
  ...auditFacts({ id: 'call_1', organizationId: 'org', at: '2026-01-01T00:00:00.000Z', kind: 'call' }),
  seq: 1,
  prevHash: '',
  hash: '',
  ...known,
});

describe('the mark of a call', () => {
  test('says how an allowed call ended when it did not end well', () => {
    expect(eventMark(event({ decision: 'allowed', outcome: 'ok' }))).toEqual({ decision: 'allowed', shadow: null });
    expect(eventMark(event({ decision: 'allowed', outcome: 'timeout' }))).toMatchObject({ decision: 'timeout' });
    expect(eventMark(event({ decision: 'allowed', outcome: 'unknown' }))).toMatchObject({ decision: 'unknown' });
  });

  test('of a refused call is the decision, whatever else is recorded', () => {
    expect(eventMark(event({ decision: 'denied', outcome: 'ok' }))).toMatchObject({ decision: 'denied' });
    expect(eventMark(event({ decision: null }))).toMatchObject({ decision: 'unknown' });
  });

  test('shows that a shadow rule would have decided otherwise', () => {
    const shadow = { effect: 'deny', code: 'denied', rule: '/tools/x' };
    expect(eventMark(event({ decision: 'allowed', outcome: 'ok', detail: { shadow } }))?.shadow).toBe('deny');
  });

  test('a change has none', () => {
    expect(eventMark(event({ kind: 'change' }))).toBeNull();
  });
});

describe('the rule of a call', () => {
  const limited = event({ decision: 'limited', rule: '/tools/a~1b/limits/0', policyVersion: 3 });

  test('is named with its version, and links to the very line', () => {
    expect(ruleText(limited)).toBe('v3 /tools/a~1b/limits/0');
    expect(ruleHref('acme', limited, 'default')).toBe('/acme/policies/default/versions/3?rule=%2Ftools%2Fa~1b%2Flimits%2F0');
  });

  test('is the code when no line decided, and links nowhere without a policy', () => {
    expect(ruleText(event({ decision: 'denied', code: 'no_policy' }))).toBe('no_policy');
    expect(ruleHref('acme', event({}), null)).toBeNull();
  });
});

test('durations fit a column', () => {
  expect([null, 0, 999, 1000, 59_949, 180_000].map(durationText)).toEqual(['', '0 ms', '999 ms', '1.0 s', '59.9 s', '3 min']);
});

test('changes read as sentences', () => {
  const target = { kind: 'policy', id: 'p', name: 'Default' };
  expect(changeText(event({ kind: 'change', action: 'policy.publish', detail: { target } }))).toBe('Policy published: Default');
  expect(changeText(event({ kind: 'change', action: 'grant.revoke' }))).toBe('Grant revoked');
  expect(changeText(event({ kind: 'change', action: 'server.set_header' }))).toBe('Secret set');
  expect(eventSentence(event({ decision: 'denied', tool: 'run', server: 'demo', grant: 'laptop' }))).toBe('denied run on demo by laptop');
});

test('every change that the services record has words of its own', () => {
  const folder = path.resolve(import.meta.dirname, '../../../../packages/services/src');
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const actions = sources.flatMap((file) =>
    [...readFileSync(path.join(folder, file), 'utf8').matchAll(/action: '([a-z_]+\.[a-z_]+)'/g)].map((match) => match[1]!),
  );
  expect(actions.length).toBeGreaterThan(20);
  expect(actions.filter((action) => changeText(event({ kind: 'change', action })) === action)).toEqual([]);
});
