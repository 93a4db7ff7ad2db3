import { createHash } from 'node:crypto';
import { endLine } from '@toolgate/audit/export-manifest';
import { exportEvents } from '@toolgate/services/audit/export';
import { sealExport } from '@toolgate/services/audit/export-seal';
import { isAuditBehind } from '@toolgate/services/audit/is-behind';
import { accepted } from './failure.ts';
import { operatorIn, type Session } from './session.ts';

const WORKER_IS_THERE_MS = 60_000;

/**
 * Writes the organization's audit events as JSON lines, oldest first. The last one is the end of this export: it says what the others
 * are, and carries its checkpoint.
 */
export async function exportAudit(
  { s }: Session,
  { org, since, query: asked }: { org: string; since?: string | undefined; query?: string | undefined },
  write: (line: string) => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  const actor = await operatorIn(s, org);
  const query = [asked, since === undefined ? undefined : `since:${since}`].filter(Boolean).join(' ');
  // A worker that is there may be busy; one that is not is waited for in vain.
  const patience = (await isAuditBehind(s)) ? {} : { patienceMs: WORKER_IS_THERE_MS };
  const events = accepted(await exportEvents(s, actor, query, patience), 'audit export');
  const digest = createHash('sha256');
  let [count, first, last]: [number, number | null, number | null] = [0, null, null];
  for await (const event of events) {
    const line = JSON.stringify(event);
    digest.update(`${line}\n`);
    await write(line);
    count++;
    first ??= event.seq;
    last = event.seq;
  }
  const content = { format: 'jsonl', query, count, first, last, sha256: digest.digest('hex') } as const;
  const manifest = accepted(await sealExport(s, actor, content, patience), 'audit export');
  const end = endLine(manifest);
  if (end) await write(end.trimEnd());
  if (!manifest.event)
    say('What was recorded in the last moments may be missing, and the export is not signed: the worker did not keep up. Is it running?');
  else if (!manifest.checkpoint) say('The export is not signed: this installation has no signing key.');
}
