import type { AuditEvent } from '@toolgate/audit/event';
import { ExportContent, type ExportManifest } from '@toolgate/audit/export-manifest';
import type { Transaction } from '@toolgate/db/database';
import type { Actor, Services } from '../context.ts';
import { parseInput } from '../parse-input.ts';
import { forbidden, may } from '../permission.ts';
import { done, type Result } from '../refusal.ts';
import { checkpointOf } from './checkpoint-read.ts';
import { eventOf } from './event-row.ts';
import { recordChange } from './record-change.ts';

/** How long to wait for the worker to give the end of the export its place, and to sign it. */
const PATIENCE_MS = 10_000;

/**
 * Ends an export: records in the chain what the file holds, and gives the manifest that proves it. To be called when every byte before
 * the manifest is known. Without a worker that signs, `event` or `checkpoint` is null after ten seconds.
 */
export async function sealExport(
  s: Services,
  actor: Actor,
  content: ExportContent,
  { patienceMs = PATIENCE_MS } = {},
): Promise<Result<ExportManifest>> {
  if (!may(actor, 'audit.export')) return forbidden('audit.export');
  const parsed = parseInput(ExportContent, content);
  if (!parsed.ok) return parsed;
  const { organizationId } = actor;
  const { id, slug } = await s.db.forOrganization(organizationId, async (tx) => {
    const organization = await tx.organization.findUniqueOrThrow({ where: { id: organizationId } });
    const target = { kind: 'organization', id: organizationId, name: organization.slug };
    const event = await recordChange(tx, actor, { action: 'audit.export_end', target, after: parsed.value }, s.now());
    return { id: event, slug: organization.slug };
  });
  for (const end = Date.now() + patienceMs; ; ) {
    const { event, checkpoint, signs } = await s.db.forOrganization(organizationId, (tx) => placeOf(tx, organizationId, id));
    if ((event && (checkpoint || !signs)) || Date.now() >= end) {
      return done({ format: 'toolgate audit export 1', organizationId, organization: slug, content: parsed.value, event, checkpoint });
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function placeOf(tx: Transaction, organizationId: string, id: string) {
  const row = await tx.auditEvent.findFirst({ where: { organizationId, id } });
  const seq = row?.seq ?? 0n;
  const signed = row && (await tx.auditCheckpoint.findUnique({ where: { organizationId_seq: { organizationId, seq } } }));
  const installation = row && (await tx.auditInstallation.findUnique({ where: { id: 1 } }));
  const event: AuditEvent | null = row && eventOf(row);
  return { event, checkpoint: signed && checkpointOf(signed), signs: Boolean(installation?.keyId) };
}
