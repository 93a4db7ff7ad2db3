/** Checks an export offline: that it is what was recorded, whole and in order, and that a key which the reader trusts says so. */
import { type ChainHead, canonical, chainHash, GENESIS, type Sha256 } from './chain.ts';
import { type Checkpoint, checkpointText, type VerifySignature } from './checkpoint.ts';
import type { AuditEvent } from './event.ts';
import { ChainedEvent, EndLine, ExportContent, manifestProblem } from './export-manifest.ts';
import { type DroppedRange, droppedBy, isDropped } from './retention.ts';

export interface ExportCheck {
  sha256: Sha256;
  /** SHA-256 of the texts given so far, one after the other. */
  digest: { update(text: string): void; hex(): string };
  /** Null: the hash chain is checked, but nobody vouches for it. */
  verify: VerifySignature | null;
  /** That were kept elsewhere. */
  checkpoints?: Checkpoint[];
}

export type ExportVerification =
  | {
      ok: true;
      events: number;
      /** The first and the last event; null when there is none. */
      from: number | null;
      head: ChainHead | null;
      /** A trusted key vouches for every event of the file. */
      signed: boolean;
      /** Numbers that retention dropped, as the log itself says. */
      dropped: { from: number; to: number }[];
    }
  /** What is wrong first, as a sentence; `seq` is the number of the event, where it is known. */
  | { ok: false; seq: number | null; message: string };

/** @param lines of a JSONL export, without their line ends */
export async function verifyExport(lines: AsyncIterable<string> | Iterable<string>, check: ExportCheck): Promise<ExportVerification> {
  try {
    const reading = new Reading(check);
    for await (const line of lines) reading.take(line);
    return reading.end();
  } catch (error) {
    if (error instanceof Found) return { ok: false, seq: error.seq, message: error.message };
    throw error;
  }
}

/** The first thing that is wrong. */
class Found extends Error {
  readonly seq: number | null;
  constructor(seq: number | null, message: string) {
    super(message);
    this.seq = seq;
  }
}

class Reading {
  readonly #check: ExportCheck;
  readonly #checkpoints: Map<number, Checkpoint>;
  #lineNumber = 0;
  #count = 0;
  #first: AuditEvent | null = null;
  #last: AuditEvent | null = null;
  /** The last line: what the file is, as the chain says. */
  #end: (EndLine & { content: ExportContent }) | null = null;
  readonly #gaps: DroppedRange[] = [];
  readonly #dropped: DroppedRange[] = [];
  /** The newest checkpoint that an event of the file agrees with. */
  #confirmed = 0;

  constructor(check: ExportCheck) {
    this.#check = check;
    for (const checkpoint of check.checkpoints ?? []) {
      const { keyId, signature, seq } = checkpoint;
      if (check.verify && !check.verify(checkpointText(checkpoint), signature, keyId)) {
        throw new Found(seq, `The checkpoint of event ${seq} was not signed by this key.`);
      }
    }
    this.#checkpoints = new Map((check.checkpoints ?? []).map((checkpoint) => [checkpoint.seq, checkpoint]));
  }

  take(line: string): void {
    this.#lineNumber++;
    if (this.#end) throw new Found(null, `Line ${this.#lineNumber} comes after the end of the export.`);
    const value = this.#parse(line);
    if (typeof value === 'object' && value !== null && 'checkpoint' in value) {
      this.#end = this.#readEnd(value);
      return;
    }
    this.#check.digest.update(`${line}\n`);
    const read = ChainedEvent.safeParse(value);
    if (!read.success) throw new Found(null, `Line ${this.#lineNumber} is not an audit event.`);
    this.#follow(value as AuditEvent);
  }

  #readEnd(value: object): EndLine & { content: ExportContent } {
    const read = EndLine.safeParse(value);
    const content = ExportContent.safeParse(read.data?.detail.after);
    if (!read.success || !content.success) throw new Found(null, 'The last line, which ends the export, cannot be read.');
    return { ...(value as EndLine), content: content.data };
  }

  /** A line is exactly what was written: a key that is there twice would be read by one and not by the other. */
  #parse(line: string): unknown {
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw new Found(null, `Line ${this.#lineNumber} is not JSON.`);
    }
    if (JSON.stringify(value) !== line) throw new Found(null, `Line ${this.#lineNumber} was changed after it had been exported.`);
    return value;
  }

  #follow(event: AuditEvent): void {
    const { seq, prevHash, hash, organizationId } = event;
    const last = this.#last;
    if (chainHash(prevHash, canonical(event), this.#check.sha256) !== hash) {
      throw new Found(seq, `Event ${seq} was changed after it had been recorded.`);
    }
    if (last && organizationId !== last.organizationId) throw new Found(seq, `Event ${seq} is of another organization.`);
    const before = last ?? { seq: 0, hash: GENESIS };
    if (seq <= before.seq) throw new Found(seq, `Event ${seq} stands after event ${before.seq}: the order was changed.`);
    if (seq > before.seq + 1) this.#gaps.push({ from: before.seq + 1, to: seq - 1, hashBefore: before.hash, hash: prevHash });
    else if (prevHash !== before.hash) throw new Found(seq, `Event ${seq} does not follow the one before it: one of them was changed.`);
    this.#agree(seq - 1, prevHash, organizationId);
    this.#agree(seq, hash, organizationId);
    this.#dropped.push(...droppedBy(event));
    this.#count++;
    this.#first ??= event;
    this.#last = event;
  }

  #agree(seq: number, hash: string, organizationId: string): void {
    const checkpoint = this.#checkpoints.get(seq);
    if (!checkpoint) return;
    if (checkpoint.hash !== hash || checkpoint.organizationId !== organizationId) {
      throw new Found(seq, `Event ${seq} is not the one that the checkpoint was signed for: the log was rewritten.`);
    }
    this.#confirmed = Math.max(this.#confirmed, seq);
  }

  end(): ExportVerification {
    if (!this.#end && this.#checkpoints.size === 0) throw new Found(null, 'The file has no end: it was cut.');
    if (this.#isWhole()) this.#checkGaps();
    const sealed = this.#checkEnd();
    const newest = Math.max(0, ...this.#checkpoints.keys());
    const [first, last] = [this.#first, this.#last];
    const reach = this.#end?.seq ?? last?.seq ?? 0;
    if (newest > reach) {
      throw new Found(
        reach + 1,
        `The export ends at event ${reach}, before the checkpoint of event ${newest}: it was cut, or it is older.`,
      );
    }
    const signed = this.#check.verify !== null && (sealed || (this.#isWhole() && last !== null && this.#confirmed === last.seq));
    if (this.#check.verify && !signed) throw this.#unsigned();
    const head = this.#end ?? last;
    return {
      ok: true,
      events: this.#count + (this.#end ? 1 : 0),
      from: first?.seq ?? this.#end?.seq ?? null,
      head: head && { seq: head.seq, hash: head.hash },
      signed,
      dropped: this.#isWhole() ? this.#gaps.filter((gap) => isDropped(gap, this.#dropped)).map(({ from, to }) => ({ from, to })) : [],
    };
  }

  /** Without an end (a checkpoint vouches for it then) a file claims to be whole. */
  #isWhole(): boolean {
    return (this.#end?.content.query ?? '') === '';
  }

  /** Whether the last line proves, by a signature, what the file is. */
  #checkEnd(): boolean {
    if (!this.#end) return false;
    const { content, checkpoint, ...event } = this.#end;
    const problem = manifestProblem(
      { content, checkpoint, event, organizationId: event.organizationId },
      this.#check.sha256,
      // A checkpoint that was kept may vouch for it in place of its own.
      checkpoint === null && this.#checkpoints.size > 0 ? null : this.#check.verify,
    );
    if (problem) throw new Found(event.seq, problem);
    const [first, last] = [this.#first, this.#last];
    if (content.format !== 'jsonl') throw new Found(null, 'The end is of another file.');
    if (last && last.organizationId !== event.organizationId) throw new Found(event.seq, 'The end is of another organization.');
    if (content.count !== this.#count || content.first !== (first?.seq ?? null) || content.last !== (last?.seq ?? null)) {
      throw new Found(
        null,
        `The export had ${content.count} events, up to ${content.last}; there are ${this.#count}, up to ${last?.seq ?? 0}.`,
      );
    }
    if (content.sha256 !== this.#check.digest.hex()) throw new Found(null, 'The file is not the one that was exported.');
    if (last && event.seq === last.seq + 1 && event.prevHash !== last.hash) {
      throw new Found(last.seq, `Event ${event.seq} does not follow the one before it: one of them was changed.`);
    }
    this.#agree(event.seq, event.hash, event.organizationId);
    return checkpoint !== null || this.#confirmed === event.seq;
  }

  /** Numbers may only be missing where the log itself says that retention dropped them, or before a checkpoint that was kept. */
  #checkGaps(): void {
    for (const gap of this.#gaps) {
      if (isDropped(gap, this.#dropped)) continue;
      const begins = gap.from === 1 && (this.#check.verify === null || this.#checkpoints.has(gap.to));
      if (!begins)
        throw new Found(gap.from, `Event ${gap.from} does not follow the one before it: events ${gap.from} to ${gap.to} are missing.`);
    }
  }

  #unsigned(): Found {
    const last = this.#last?.seq ?? 0;
    if (this.#confirmed === 0) return new Found(null, 'Nothing in the file is signed by this key: give a checkpoint that was kept.');
    return new Found(
      this.#confirmed + 1,
      `Events ${this.#confirmed + 1} to ${last} are newer than the checkpoint: nothing vouches for them.`,
    );
  }
}
