import { exportEvents } from '@toolgate/services/audit/export';
import { accepted } from './failure.ts';
import { operatorIn, type Session } from './session.ts';

/** Writes the organization's audit events as JSON lines, oldest first; the last one is this export itself. */
export async function exportAudit(
  { s }: Session,
  { org, since }: { org: string; since?: string | undefined },
  write: (line: string) => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  const actor = await operatorIn(s, org);
  const events = accepted(await exportEvents(s, actor, since === undefined ? {} : { since }), 'audit export');
  let last: string | null = null;
  for await (const event of events) {
    await write(JSON.stringify(event));
    last = event.action;
  }
  if (last !== 'audit.export') say('What was recorded in the last moments may be missing: the worker did not keep up. Is it running?');
}
