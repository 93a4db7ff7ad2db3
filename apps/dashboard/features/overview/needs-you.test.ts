import { type AuditEvent, auditFacts } from '@toolgate/audit/event';
import { parseQuery } from '@toolgate/audit/query/parse';
import { describe, expect, test } from 'vitest';
import { countLimits, type NeedsInput, needsYou } from './needs-you.ts';

const DAY = 86_400_000;
const now = Date.UTC(2026, 5, 1);
const nothing: NeedsInput = { organization: 'acme', attention: [], grants: [], servers: [], limits: [], waiting: 0, now };
const grant = (given: Partial<NeedsInput['grants'][number]>) => ({
  id: 'g1',
  label: 'laptop',
  state: 'active' as const,
  createdAt: now - 8 * DAY,
  used: false,
  ...given,
});
const titles = (input: Partial<NeedsInput>) => needsYou({ ...nothing, ...input }).map(({ title }) => title);

describe('what needs a person', () => {
  test('is nothing when all is well', () => {
    expect(titles({ grants: [grant({ used: true }), grant({ createdAt: now - DAY })] })).toEqual([]);
  });

  test('names a grant that nobody used for a week', () => {
    expect(titles({ grants: [grant({})] })).toEqual(['laptop was never used']);
  });

  test('is first of all what somebody is waiting for now', () => {
    expect(titles({ waiting: 2, attention: [{ kind: 'organization_paused' }] })[0]).toBe('2 calls wait for approval');
  });

  test('does not ask to connect a grant that is revoked', () => {
    expect(titles({ grants: [grant({ state: 'revoked' })] })).toEqual([]);
  });

  test('puts what stops calls first', () => {
    const input: Partial<NeedsInput> = {
      grants: [grant({}), grant({ id: 'g2', label: 'ci', state: 'paused', used: true })],
      attention: [
        { kind: 'tools_quarantined', slug: 'demo', name: 'Demo', count: 1 },
        { kind: 'server_failing', slug: 'demo', name: 'Demo', message: 'No answer' },
      ],
    };
    expect(titles(input)).toEqual(['Demo is failing', '1 tool of Demo in quarantine', 'ci is paused', 'laptop was never used']);
  });

  test('links a reached limit to exactly those calls', () => {
    const [need] = needsYou({ ...nothing, limits: [{ tool: 'run&x', grant: 'laptop', count: 2, more: false }] });
    const params = new URL(need!.href, 'http://x').searchParams;
    expect(parseQuery(params.get('q') ?? '').problems).toEqual([]);
    expect(params.get('q')).toBe('decision:limited tool:run&x grant:laptop since:24h');
  });
});

test('limits are counted by tool and grant, the most often reached first', () => {
  const event = (tool: string | null, label: string): AuditEvent => ({
    ...auditFacts({ id: 'c', organizationId: 'o', at: '2026-01-01T00:00:00.000Z', kind: 'call', tool, grant: label, decision: 'limited' }),
    seq: 1,
    prevHash: '',
    hash: '',
  });
  const hits = countLimits([event('a', 'x'), event('b', 'x'), event('b', 'x'), event(null, 'x')], false);
  expect(hits).toEqual([
    { tool: 'b', grant: 'x', count: 2, more: false },
    { tool: 'a', grant: 'x', count: 1, more: false },
  ]);
});
