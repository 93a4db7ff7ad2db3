/** The contract of the audit event: what gateway, services and worker write, and what the viewer reads. */
import { z } from 'zod';
import { type CallDecision, type CallOutcome, DECISIONS, OUTCOMES } from './decisions.ts';

export { type CallDecision, type CallOutcome, DECISIONS, OUTCOMES };

/** A charge that an admitted call made: kept with the event, so that counters can be rebuilt from recorded calls. */
export const RecordedCharge = z.strictObject({
  /** The ledger's full name of the counter: `{scope}:{scope id}:{counter}`. */
  key: z.string(),
  /** In millionths of the limit's unit; a call that counts as one is 1 000 000. */
  amountMicros: z.number().int().nonnegative(),
  windowMs: z.number().int().positive(),
});
export type RecordedCharge = z.infer<typeof RecordedCharge>;

const Text = z.string().nullable();

/** Everything that is known of an event before it has its place in the chain. */
export const AuditFacts = z.strictObject({
  id: z.string(),
  organizationId: z.string(),
  /** ISO 8601 in UTC with milliseconds: when the request was received, or the change was made. */
  at: z.iso.datetime({ precision: 3 }),
  kind: z.enum(['call', 'change']),
  decision: z.enum(DECISIONS).nullable(),
  outcome: z.enum(OUTCOMES).nullable(),
  code: Text,
  method: Text,
  tool: Text,
  serverId: Text,
  /** Slug and label are copied, so that an event reads the same after a rename. */
  server: Text,
  grantId: Text,
  grant: Text,
  client: Text,
  /** What the caller was told. */
  message: Text,
  /** RFC 6901 pointer into the policy version's source. */
  rule: Text,
  policyId: Text,
  policyVersion: z.number().int().nullable(),
  latencyMs: z.number().int().nullable(),
  requestId: Text,
  /** Of a change: who made it, and `{entity}.{verb}`. */
  actor: Text,
  action: Text,
  detail: z.strictObject({
    /** Ordered steps of the decision. */
    trace: z
      .array(z.strictObject({ step: z.string(), result: z.string(), rule: z.string().optional(), note: z.string().optional() }))
      .optional(),
    charges: z.array(RecordedCharge).optional(),
    /** The places among the calls in flight that it took, and for how long at most. */
    leases: z.array(z.strictObject({ key: z.string(), ttlMs: z.number().int().positive() })).optional(),
    /** When the ledger admitted the call, by the ledger's clock; charges count from then. */
    admittedAt: z.iso.datetime({ precision: 3 }).optional(),
    /** The charges were given back. */
    refunded: z.boolean().optional(),
    /** Only these, by their index in `charges`: their limits say so of a call that ended like this one. */
    refundedCharges: z.array(z.number().int().nonnegative()).optional(),
    /** The ledger could not be reached, and every limit of the call allows it then: nothing was counted. */
    uncounted: z.boolean().optional(),
    /** Of a limited call: the counter that was full. */
    limit: z
      .strictObject({
        counter: z.string(),
        scope: z.string(),
        max: z.number(),
        remaining: z.number(),
        retryAfterMs: z.number(),
        resetAt: z.string(),
      })
      .optional(),
    /** What a shadow rule would have decided; with a version, what that version, which is in its shadow period, would have. */
    shadow: z
      .strictObject({ effect: z.string(), code: z.string(), rule: z.string().nullable(), version: z.number().int().optional() })
      .optional(),
    argumentKeys: z.array(z.string()).optional(),
    /** HMAC-SHA-256 of the canonical arguments under the organization's key, hex. */
    argumentsHmac: z.string().optional(),
    /** Of a server that captures arguments: a mark of each plain value (`argumentMarkText`), by which equal values are found. */
    argumentMarks: z.record(z.string(), z.string()).optional(),
    /** The arguments themselves are kept, of a server that is set to: redacted, sealed, and apart from the event. */
    captured: z
      .strictObject({
        /** SHA-256 of the sealed bytes, hex: ties them to the event. */
        sha256: z.string(),
        /** Of the redacted JSON text. */
        bytes: z.number().int().nonnegative(),
        /** So many values were taken out because they look like secrets. */
        redacted: z.number().int().nonnegative(),
        /** The text was longer than is kept. */
        truncated: z.boolean(),
        /** The sealed bytes, base64: on their way to the worker, which takes them out. */
        sealed: z.string().optional(),
      })
      .optional(),
    policy: z.string().optional(),
    /** Of a call that a person has to allow: the request, and who answered it. */
    approval: z.strictObject({ id: z.string(), by: z.string().optional() }).optional(),
    requestBytes: z.number().int().optional(),
    responseBytes: z.number().int().optional(),
    upstreamStatus: z.number().int().optional(),
    /** Of a fault: what happened, for operators; never a secret. */
    fault: z.string().optional(),
    ip: z.string().optional(),
    before: z.unknown().optional(),
    after: z.unknown().optional(),
    /** Of a change: the id of the member who made it; absent for the operator. */
    actorId: z.string().optional(),
    /** Of a change: what it was made to, `{kind, id, name}`. */
    target: z.strictObject({ kind: z.string(), id: z.string(), name: z.string() }).optional(),
  }),
});
export type AuditFacts = z.infer<typeof AuditFacts>;

/** An event in its place. */
export interface AuditEvent extends AuditFacts {
  /** 1, 2, 3 … within the organization, without gaps. */
  seq: number;
  /** Hash of the event before it; 64 zeros for the first. */
  prevHash: string;
  /** SHA-256(prevHash ‖ canonical event), hex. */
  hash: string;
}

/** How an admitted call ended: completes the facts of its intent. */
export const CallEnd = z.strictObject({
  outcome: z.enum(OUTCOMES),
  code: Text,
  message: Text,
  latencyMs: z.number().int().nullable(),
  responseBytes: z.number().int().optional(),
  upstreamStatus: z.number().int().optional(),
  fault: z.string().optional(),
  /** The charges were given back: not one byte was sent upstream, or all their limits say so. */
  refunded: z.boolean().optional(),
  /** Only these were given back, by their index in the charges of the intent. */
  refundedCharges: z.array(z.number().int().nonnegative()).optional(),
});
export type CallEnd = z.infer<typeof CallEnd>;

/** What travels through the ledger's stream (and the AuditRecord table) to the worker. */
export const AuditRecord = z.discriminatedUnion('type', [
  /** Durable before the first byte goes upstream. */
  z.strictObject({ type: z.literal('intent'), callId: z.string(), gatewayId: z.string(), facts: AuditFacts }),
  z.strictObject({ type: z.literal('end'), callId: z.string(), organizationId: z.string(), end: CallEnd }),
  /** A fact that is complete at once: a refusal, a change. */
  z.strictObject({ type: z.literal('event'), facts: AuditFacts }),
]);
export type AuditRecord = z.infer<typeof AuditRecord>;

/** Facts with every field empty but these: writers name only what they know. */
export function auditFacts(known: Pick<AuditFacts, 'id' | 'organizationId' | 'at' | 'kind'> & Partial<AuditFacts>): AuditFacts {
  return {
    decision: null,
    outcome: null,
    code: null,
    method: null,
    tool: null,
    serverId: null,
    server: null,
    grantId: null,
    grant: null,
    client: null,
    message: null,
    rule: null,
    policyId: null,
    policyVersion: null,
    latencyMs: null,
    requestId: null,
    actor: null,
    action: null,
    detail: {},
    ...known,
  };
}
