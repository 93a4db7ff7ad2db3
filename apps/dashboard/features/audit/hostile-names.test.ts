import type { AuditEvent } from '@toolgate/audit/event';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { EventDetail } from './event-detail';
import { EventTable } from './event-table';

// Whoever has a token chooses these texts: a right-to-left override would show `exe.reverse` as something else.
const hostile = (name: string) => `${name}\u202e<b>`;
const event = {
  ...{ id: 'e1', seq: 7, at: '2026-11-22T10:00:00.000Z', kind: 'call', decision: 'denied', code: 'tool_unknown', outcome: null },
  ...{ tool: hostile('tool'), client: hostile('client'), message: hostile('message'), method: hostile('method'), requestId: 'r1' },
  ...{ server: 'demo', grant: 'ci', rule: null, policyVersion: null, latencyMs: null, actor: null, action: null, hash: 'h', prevHash: 'p' },
  detail: { argumentKeys: [hostile('key')], fault: hostile('fault') },
} as unknown as AuditEvent;

const textOf = (html: string): string => html.replace(/<details.*<\/details>/s, '').replace(/ (?:aria-label|title)="[^"]*"/g, '');

test('names that a caller chose are shown with what is invisible in them, in the audit table and in an event', () => {
  const table = textOf(renderToStaticMarkup(createElement(EventTable, { label: 'Events', events: [event], open: null, onOpen: () => {} })));
  const detail = textOf(renderToStaticMarkup(createElement(EventDetail, { organization: 'acme', event, policySlug: null })));
  for (const [html, names] of [
    [table, ['tool', 'client']],
    [detail, ['tool', 'client', 'message', 'method', 'key', 'fault']],
  ] as const) {
    expect(html).not.toContain('\u202e');
    expect(html).not.toContain('<b>');
    for (const name of names) expect(html).toMatch(new RegExp(`${name}<mark[^>]*>U\\+202E</mark>&lt;b&gt;`));
  }
});
