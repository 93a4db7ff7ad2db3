import type { AuditQuery } from '@toolgate/audit/query/query';

/** The query of a page that shows changes only, whatever else is asked for. */
export const withFixed = (query: AuditQuery, changesOnly: boolean): AuditQuery =>
  changesOnly ? { terms: [...query.terms, { kind: 'value', field: 'kind', negated: false, patterns: [['change']] }] } : query;
