import type { AuditEvent } from '@toolgate/audit/event';

/** Where a rule is: `v3 /tools/run_model/limits/0`, or the code when no line of a document refused it. */
export function ruleText(event: AuditEvent): string {
  if (event.rule !== null && event.policyVersion !== null) return `v${event.policyVersion} ${event.rule || '/'}`;
  return event.code === 'allowed' ? '' : (event.code ?? '');
}

/** The page that shows the version that decided, with the line marked. Null when no document decided. */
export function ruleHref(organization: string, event: AuditEvent, policySlug: string | null): string | null {
  if (!policySlug || event.policyVersion === null) return null;
  const page = `/${organization}/policies/${policySlug}/versions/${event.policyVersion}`;
  return event.rule === null ? page : `${page}?rule=${encodeURIComponent(event.rule)}`;
}

/** A duration in milliseconds, as short as a column: `410 ms`, `2.4 s`, `3 min`. Empty when unknown. */
export function durationText(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** A size in bytes: `812 B`, `3.4 KB`, `1.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What a change did, in words: `policy.publish` of “Default” → `Policy published: Default`. */
export function changeText(event: AuditEvent): string {
  const [entity = '', verb = ''] = (event.action ?? '').split('.');
  const words = `${entity} ${pastOf(verb)}`.replaceAll(/[-_]/g, ' ').trim();
  const name = event.detail.target?.name;
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}${name ? `: ${name}` : ''}`;
}

const IRREGULAR: Record<string, string> = { set: 'set', reset: 'reset', put: 'put' };

function pastOf(verb: string): string {
  const [first = '', ...rest] = verb.split(/[-_]/);
  if (!first) return '';
  const past = IRREGULAR[first] ?? regularPast(first);
  return [past, ...rest].join(' ');
}

function regularPast(verb: string): string {
  if (verb.endsWith('ed')) return verb;
  return verb.endsWith('e') ? `${verb}d` : `${verb}ed`;
}

/** For a screen reader and the page title: who called what, and what was decided. */
export function eventSentence(event: AuditEvent): string {
  if (event.kind === 'change') return `${changeText(event)}, by ${event.actor ?? 'unknown'}`;
  return [
    event.decision ?? 'unknown',
    event.tool ?? event.method ?? 'request',
    event.server && `on ${event.server}`,
    event.grant && `by ${event.grant}`,
  ]
    .filter(Boolean)
    .join(' ');
}
