import type { AuditEvent } from '@toolgate/audit/event';
import { addressOf } from '@toolgate/audit/query/address';

/** One thing that waits for a person, and where it is dealt with. */
export interface Need {
  key: string;
  /** How urgent: what stops calls, what may be wrong, what to know. */
  level: 'stops' | 'look' | 'know';
  title: string;
  detail: string;
  href: string;
  /** The verb of the link. */
  act: string;
}

type Attention =
  | { kind: 'organization_paused' }
  | { kind: 'not_in_force' }
  | { kind: 'server_failing'; slug: string; name: string; message: string }
  | { kind: 'tools_quarantined'; slug: string; name: string; count: number }
  | { kind: 'grant_expires'; grantId: string; label: string; expiresAt: string };

export interface NeedsInput {
  organization: string;
  attention: Attention[];
  grants: { id: string; label: string; state: 'active' | 'paused' | 'expired' | 'revoked'; createdAt: number; used: boolean }[];
  servers: { slug: string; name: string; paused: boolean }[];
  limits: LimitHits[];
  /** Calls that wait for approval. */
  waiting: number;
  /** In ms since 1970. */
  now: number;
}

const UNUSED_MS = 7 * 86_400_000;
const LEVELS = ['stops', 'look', 'know'] as const;

/** What needs a person, most urgent first. */
export function needsYou({ organization, attention, grants, servers, limits, waiting, now }: NeedsInput): Need[] {
  const at = (path: string) => `/${organization}${path}`;
  const needs = [
    ...(waiting > 0
      ? [
          need(
            'stops',
            'waiting',
            waiting === 1 ? '1 call waits for approval' : `${waiting} calls wait for approval`,
            'Their agents are held until somebody answers.',
            at('/approvals'),
            'Answer',
          ),
        ]
      : []),
    ...attention.map((one) => attentionNeed(one, at)),
    ...servers
      .filter(({ paused }) => paused)
      .map(({ slug, name }) =>
        need('look', `paused ${slug}`, `${name} is paused`, 'Every call of its tools is denied.', at(`/servers/${slug}`), 'Resume'),
      ),
    ...grants
      .filter(({ state }) => state === 'paused')
      .map(({ id, label }) =>
        need('look', `paused ${id}`, `${label} is paused`, 'Every call of this grant is denied.', at(`/grants/${id}`), 'Resume'),
      ),
    ...grants
      .filter(({ state, used, createdAt }) => state === 'active' && !used && now - createdAt >= UNUSED_MS)
      .map(({ id, label, createdAt }) =>
        need(
          'know',
          `unused ${id}`,
          `${label} was never used`,
          `Made ${Math.floor((now - createdAt) / 86_400_000)} days ago. Connect it, or revoke it.`,
          at(`/grants/${id}`),
          'Connect',
        ),
      ),
    ...limits.map(({ tool, grant, count, more }) => {
      const exactly = (field: 'tool' | 'grant', value: string) => ({ kind: 'value' as const, field, negated: false, patterns: [[value]] });
      const query = addressOf({
        terms: [
          { kind: 'value', field: 'decision', negated: false, patterns: [['limited']] },
          exactly('tool', tool),
          exactly('grant', grant),
          { kind: 'time', bound: 'since', moment: '24h' },
        ],
      });
      const times = `${count}${more ? ' times or more' : count === 1 ? ' time' : ' times'}`;
      return need(
        'know',
        `limit ${tool} ${grant}`,
        `${grant} reached the limit of ${tool}`,
        `${times} in the last 24 hours.`,
        at(`/audit?${query}`),
        'See calls',
      );
    }),
  ];
  return needs.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
}

const need = (level: Need['level'], key: string, title: string, detail: string, href: string, act: string): Need => ({
  key,
  level,
  title,
  detail,
  href,
  act,
});

function attentionNeed(one: Attention, at: (path: string) => string): Need {
  switch (one.kind) {
    case 'organization_paused':
      return need('stops', 'paused', 'Everything is paused', 'Every call of this organization is denied.', at('/settings'), 'Resume');
    case 'not_in_force':
      return need(
        'stops',
        'not in force',
        'The last change is not yet in force',
        'It is saved; the gateways could not be told yet. It is tried again until they know.',
        at('/activity'),
        'See change',
      );
    case 'server_failing':
      return need('stops', `failing ${one.slug}`, `${one.name} is failing`, one.message, at(`/servers/${one.slug}`), 'Fix');
    case 'tools_quarantined':
      return need(
        'look',
        `quarantined ${one.slug}`,
        `${one.count} ${one.count === 1 ? 'tool' : 'tools'} of ${one.name} in quarantine`,
        'New or changed: denied until somebody has looked.',
        at(`/servers/${one.slug}`),
        'Review',
      );
    case 'grant_expires':
      return need(
        'look',
        `expires ${one.grantId}`,
        `${one.label} expires soon`,
        `On ${one.expiresAt.slice(0, 16).replace('T', ' ')} UTC.`,
        at(`/grants/${one.grantId}`),
        'Renew',
      );
  }
}

/** A limit that was reached. */
export interface LimitHits {
  tool: string;
  grant: string;
  count: number;
  /** There are more events than were counted. */
  more: boolean;
}

const MOST_LIMITS = 3;

/** The limits reached most often among these events. */
export function countLimits(events: readonly AuditEvent[], more: boolean): LimitHits[] {
  const counts = new Map<string, LimitHits>();
  for (const { tool, grant } of events) {
    if (!tool || !grant) continue;
    const key = JSON.stringify([tool, grant]);
    const hits = counts.get(key) ?? { tool, grant, count: 0, more };
    counts.set(key, { ...hits, count: hits.count + 1 });
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, MOST_LIMITS);
}
