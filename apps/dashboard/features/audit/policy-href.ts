import type { AuditEvent } from '@toolgate/audit/event';

/** The policy's page, where this call is tried and nothing is sent. */
export const simulateHref = (organization: string, slug: string, { seq }: Pick<AuditEvent, 'seq'>): string =>
  `/${organization}/policies/${slug}?call=${seq}`;

/** The policy's page, where the rule that would allow the tool is open, and nothing is saved. */
export const allowHref = (organization: string, slug: string, { tool, seq }: { tool: string; seq: number }): string =>
  `/${organization}/policies/${slug}?allow=${encodeURIComponent(tool)}&call=${seq}`;

/** The policy's page at one of its lines. */
export const lineHref = (organization: string, slug: string, rule: string): string =>
  `/${organization}/policies/${slug}?line=${encodeURIComponent(rule)}`;
