/** What an export is: how much, and the event of the chain, signed, that says so. With it a file can be checked offline. */
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { canonical, chainHash, type Sha256 } from './chain.ts';
import { Checkpoint, checkpointText, type VerifySignature } from './checkpoint.ts';
import { type AuditEvent, AuditFacts } from './event.ts';

/** What the `audit.export_end` event holds of a file. */
export const ExportContent = z.strictObject({
  format: z.enum(['jsonl', 'csv']),
  /** In the grammar of the audit log; empty: everything, so that no number may be missing between the first and the last. */
  query: z.string(),
  count: z.number().int().nonnegative(),
  /** Numbers of the first and the last event; null when there is none. */
  first: z.number().int().positive().nullable(),
  last: z.number().int().positive().nullable(),
  /** Of the file's bytes: with `jsonl` those before its last line. Hex. */
  sha256: z.string(),
});
export type ExportContent = z.infer<typeof ExportContent>;

const Hash = z.string().regex(/^[0-9a-f]{64}$/);

/** An event in its place, as it stands in an export. */
export const ChainedEvent = AuditFacts.extend({ seq: z.number().int().positive(), prevHash: Hash, hash: Hash });

export const ExportManifest = z.strictObject({
  format: z.literal('toolgate audit export 1'),
  organizationId: z.string(),
  organization: z.string(),
  content: ExportContent,
  /** The chain's head when the export had ended: the event that holds `content`. Null when no worker gave it a place in time. */
  event: ChainedEvent.nullable(),
  /** Of that event. Null when the installation signs nothing, or no worker did in time. */
  checkpoint: Checkpoint.nullable(),
});
export type ExportManifest = z.infer<typeof ExportManifest>;

/** The last line of a JSONL export: the event that holds its content, with its checkpoint. Null while the event has no place. */
export function endLine({ event, checkpoint }: Pick<ExportManifest, 'event' | 'checkpoint'>): string | null {
  return event && `${JSON.stringify({ ...event, checkpoint })}\n`;
}

export const EndLine = ChainedEvent.extend({ checkpoint: Checkpoint.nullable() });
export type EndLine = z.infer<typeof EndLine>;

/**
 * Why a manifest does not prove what it says, as a sentence; null when it does.
 * @param verify null: signatures are not checked, and one that is missing is no problem
 */
export function manifestProblem(
  manifest: Omit<ExportManifest, 'format' | 'organization'>,
  sha256: Sha256,
  verify: VerifySignature | null,
): string | null {
  const { event, checkpoint, content, organizationId } = manifest;
  if (!event) return verify ? 'The export was not signed when it was made.' : null;
  if (chainHash(event.prevHash, canonical(event as AuditEvent), sha256) !== event.hash)
    return 'The event that ends the export was changed.';
  const stated = ExportContent.safeParse(event.detail.after);
  if (event.action !== 'audit.export_end' || !stated.success || canonicalJson(stated.data) !== canonicalJson(content)) {
    return 'The manifest says something else than its event.';
  }
  if (!checkpoint) return verify ? 'The export was not signed when it was made.' : null;
  if (event.organizationId !== organizationId || checkpoint.organizationId !== organizationId)
    return 'The manifest is of another organization.';
  if (checkpoint.seq !== event.seq || checkpoint.hash !== event.hash) return 'The manifest’s checkpoint is not of its event.';
  if (verify && !verify(checkpointText(checkpoint), checkpoint.signature, checkpoint.keyId))
    return 'The manifest’s signature is not of this key.';
  return null;
}
