import { createHash } from 'node:crypto';
import { z } from 'zod';
import { stillMay } from '../change.ts';
import type { Actor, Services } from '../context.ts';
import { parseInput } from '../parse-input.ts';
import { forbidden, may } from '../permission.ts';
import { done, type Result, refuse } from '../refusal.ts';
import { argumentKey } from '../secret/data-key.ts';
import { captureKey, openCapture } from './capture-seal.ts';
import { eventOf } from './event-row.ts';
import { recordChange } from './record-change.ts';

export interface CapturedArguments {
  eventId: string;
  /** Redacted JSON; not JSON any more when `truncated`. */
  text: string;
  /** So many values were taken out before it was stored. */
  redacted: number;
  truncated: boolean;
}

const ReadCapture = z.strictObject({ seq: z.number().int().positive() });

/** The captured arguments of one call, by its number in the log. That they were read is recorded before they are given. */
export async function readCapture(s: Services, actor: Actor, input: z.input<typeof ReadCapture>): Promise<Result<CapturedArguments>> {
  if (!may(actor, 'audit.capture')) return forbidden('audit.capture');
  const parsed = parseInput(ReadCapture, input);
  if (!parsed.ok) return parsed;
  const { organizationId } = actor;
  return s.db.forOrganization(organizationId, async (tx) => {
    if (!(await stillMay(tx, actor, 'audit.capture'))) return forbidden('audit.capture');
    const row = await tx.auditEvent.findFirst({ where: { organizationId, seq: BigInt(parsed.value.seq) } });
    if (!row) return refuse('not_found', 'There is no such event.');
    const { id, seq, tool, server, detail } = eventOf(row);
    const kept = await tx.auditCapture.findUnique({ where: { organizationId_eventId: { organizationId, eventId: id } } });
    if (!kept || !detail.captured) return refuse('not_found', 'No argument values were captured of this call.');
    if (createHash('sha256').update(kept.ciphertext).digest('hex') !== detail.captured.sha256) {
      return refuse('conflict', 'What is stored is not what was captured of this call.');
    }
    const key = captureKey(await argumentKey(tx, s.keyRing, organizationId), organizationId);
    const text = openCapture(key, organizationId, id, kept.ciphertext);
    const target = { kind: 'event', id, name: `#${seq}` };
    await recordChange(tx, actor, { action: 'audit.read_capture', target, after: { seq, tool, server } }, s.now());
    return done({ eventId: id, text, redacted: detail.captured.redacted, truncated: detail.captured.truncated });
  });
}
