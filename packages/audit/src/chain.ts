/** The hash chain of an organization's audit events, and the verifier that a customer can run offline. */
import { canonicalJson } from './canonical-json.ts';
import { type AuditEvent, AuditFacts } from './event.ts';

/** SHA-256 of the UTF-8 bytes of a text, as lower-case hex. Passed in: this package is pure. */
export type Sha256 = (text: string) => string;

/** What the first event of an organization follows. */
export const GENESIS = '0'.repeat(64);

/** The last event of a chain. */
export interface ChainHead {
  seq: number;
  hash: string;
}

/**
 * An event's facts and sequence number as canonical JSON: keys sorted by UTF-16 code units, nothing empty left out (as RFC 8785).
 * @param detail the canonical JSON of its detail, by whoever has it already
 */
export function canonical(event: AuditFacts & { seq: number }, detail = canonicalJson(event.detail)): string {
  const known = event as unknown as Record<string, unknown>;
  const places = Number('prevHash' in known) + Number('hash' in known);
  let text = '';
  for (let i = 0; i < FIELDS.length; i++) {
    const value = known[FIELDS[i] as string];
    if (value === undefined) return canonicalWhole(event);
    text += (i > 0 ? ',' : '{') + NAMES[i] + (i === DETAIL ? detail : canonicalJson(value));
  }
  // A field that an event does not have must not pass unseen.
  return Object.keys(known).length === FIELDS.length + places ? `${text}}` : canonicalWhole(event);
}

const FIELDS = [...Object.keys(AuditFacts.shape), 'seq'].sort();
const NAMES = FIELDS.map((field) => `"${field}":`);
const DETAIL = FIELDS.indexOf('detail');

function canonicalWhole(event: object): string {
  const { prevHash: _prevHash, hash: _hash, ...facts } = event as AuditEvent;
  return canonicalJson(facts);
}

/** SHA-256(prevHash ‖ canonical event). */
export function chainHash(prevHash: string, canonicalEvent: string, sha256: Sha256): string {
  return sha256(prevHash + canonicalEvent);
}

export type ChainProblem =
  /** The event is not what was recorded. */
  | 'edited'
  /** Events before this one are missing or in another order. */
  | 'gap'
  /** The chain ends before the head that was promised, or ends differently. */
  | 'truncated'
  /** What stands there is not an audit event at all. */
  | 'unreadable';

export type Verification =
  | { ok: true; head: ChainHead }
  /** The first sequence number at which the chain does not hold. */
  | { ok: false; seq: number; problem: ChainProblem };

/**
 * Finds edits, deletions, insertions, reorderings and, against a head that was kept elsewhere, truncation.
 * @param events in the order of the export; from the first event on unless `after` says which one they follow
 * @param head the last event as it was once seen: an export that does not reach it, or passes it differently, is truncated
 */
export function verifyChain(
  events: Iterable<AuditEvent>,
  sha256: Sha256,
  { after = { seq: 0, hash: GENESIS }, head }: { after?: ChainHead; head?: ChainHead } = {},
): Verification {
  let last = after;
  for (const event of events) {
    const seq = last.seq + 1;
    if (typeof event !== 'object' || event === null) return { ok: false, seq, problem: 'unreadable' };
    if (event.seq !== seq || event.prevHash !== last.hash) return { ok: false, seq, problem: event.seq === seq ? 'edited' : 'gap' };
    if (chainHash(last.hash, canonical(event), sha256) !== event.hash) return { ok: false, seq, problem: 'edited' };
    if (head?.seq === seq && head.hash !== event.hash) return { ok: false, seq, problem: 'truncated' };
    last = { seq, hash: event.hash };
  }
  if (head && last.seq < head.seq) return { ok: false, seq: last.seq + 1, problem: 'truncated' };
  return { ok: true, head: last };
}
