import type { AuditEvent } from '@toolgate/audit/event';
import type { SeenValues } from '@toolgate/audit/query/complete';
import type { Counts } from './read-counts.ts';

/** What the completion can offer: counted values, and what else stands in the events that are shown. */
export function seenValues(counts: Counts | null, events: readonly AuditEvent[]): SeenValues {
  const seen = (pick: (event: AuditEvent) => string | null | undefined) =>
    [...new Set(events.flatMap((event) => pick(event) ?? []))].sort().map((value) => ({ value, count: null }));
  const names = [...new Set(events.flatMap(({ detail }) => detail.argumentKeys ?? []))].sort();
  return {
    ...(counts
      ? Object.fromEntries(
          Object.entries(counts.facets.fields).map(([field, { values }]) => [field, values.filter(({ value }) => value !== '')]),
        )
      : {}),
    client: seen(({ client }) => client),
    code: seen(({ code }) => code),
    rule: seen(({ rule }) => rule),
    method: seen(({ method }) => method),
    actor: seen(({ actor }) => actor),
    action: seen(({ action }) => action),
    policy: seen(({ detail }) => detail.policy),
    ip: seen(({ detail }) => detail.ip),
    argumentNames: names,
  };
}
