import { addressOf } from '@toolgate/audit/query/address';
import type { Stacked } from './stack-bars.ts';

/** The decisions of the log that each part of the chart counts. */
export const DECISIONS_OF: Record<Stacked, string[]> = {
  allowed: ['allowed', 'approved'],
  limited: ['limited'],
  denied: ['denied'],
  pending: ['pending', 'expired'],
  other: ['rejected', 'unauthenticated'],
};

/** The audit page with exactly these calls. */
export function callsHref(organization: string, decisions: string[], span?: { start: string; end: string }): string {
  const time = span ? `since:${span.start} until:${span.end}` : 'since:24h';
  return `/${organization}/audit?${addressOf(`kind:call ${decisions.length > 0 ? `decision:${decisions.join(',')} ` : ''}${time}`)}`;
}
