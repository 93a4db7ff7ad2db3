import { auditFilterToParams } from '@toolgate/audit/filter';
import type { Stacked } from './stack-bars.ts';

/** The decisions of the log that each part of the chart counts. */
export const DECISIONS_OF: Record<Stacked, string[]> = {
  allowed: ['allowed'],
  limited: ['limited'],
  denied: ['denied'],
  pending: ['pending'],
  other: ['rejected', 'unauthenticated'],
};

/** The audit page with exactly these calls. */
export function callsHref(organization: string, decisions: string[], span?: { start: string; end: string }): string {
  const time = span ? { since: span.start, until: span.end } : { since: '24h' };
  return `/${organization}/audit?${new URLSearchParams(auditFilterToParams({ kind: 'call', decision: decisions, ...time }))}`;
}
