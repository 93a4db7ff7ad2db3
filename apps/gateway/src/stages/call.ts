/** What a call is at each stage: every stage takes the type before it, so that running one early does not compile. */
import type { Charge, Lease } from '@toolgate/ledger/ledger';
import { type Envelope, type EraRefusal, META_VERSION } from '@toolgate/mcp/era';
import type { FaultCode } from '@toolgate/mcp/errors';
import { isObject } from '@toolgate/mcp/is-object';
import type { Message, MessageId } from '@toolgate/mcp/message';
import type { MethodTreatment } from '@toolgate/mcp/methods';
import type { MirroredHeaders } from '@toolgate/mcp/mirrored-headers';
import type { MessageSource } from '@toolgate/mcp/read-message';
import type { SubscriptionFilter } from '@toolgate/mcp/subscription-filter';
import type { Era } from '@toolgate/mcp/versions';
import type { Decision, PolicyCharge } from '@toolgate/policy/decision';
import type { Claim } from '@toolgate/services/approval/ask';
import type { GrantEntry, OrganizationEntry, PolicyEntry, ServerEntry } from '../directory/entries.ts';
import type { Address } from '../http/address.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Session } from '../sessions/session-token.ts';

export interface Received {
  exchange: Exchange;
  address: Address;
  verb: 'POST' | 'GET' | 'DELETE';
  /** Of a POST: the original bytes, which are what is forwarded. */
  bytes: Buffer | null;
  /** Null: there is no body (GET, DELETE), or it was malformed. */
  message: Message | null;
  /** Where its members are in the bytes. */
  source: MessageSource | null;
  /** A body that must not be acted on; the caller is told once it is known who it is. */
  malformed: Refusal | null;
  era: Era;
  /** Of a stateless request: what it says of itself. */
  envelope: Envelope | null;
  /** Of a stateless request: the headers that repeat its body, which agree with it. */
  mirrored: MirroredHeaders | null;
  /** It contradicts itself about its era. How that is said depends on the server, since it tells a client which era to speak. */
  contradiction: EraRefusal | null;
}

export interface Authenticated extends Received {
  organization: OrganizationEntry;
  grant: GrantEntry;
  tokenHash: Buffer;
}

export interface Resolved extends Authenticated {
  server: ServerEntry;
  /** Null: the policy that the grant names does not exist. */
  policy: PolicyEntry | null;
  session: Session | null;
  /** Where the address joins several servers: names, URIs and ids are told apart by the server. */
  joining?: Joining;
}

export interface Joining {
  /** Of the session with all of them; null outside sessions. */
  sessionId: string | null;
  /** Of a stream that is taken up again: as the server calls the event. */
  lastEventId: string | null;
}

export interface Decided extends Resolved {
  /** `absorbed`: accepted, and of no concern to the server. */
  treatment: Exclude<MethodTreatment, 'refused' | 'probe'> | 'absorbed';
  /** Of what the policy decides: always an allow here. */
  decision: Decision | null;
  /** What a person's approval was taken for it. */
  approval?: Claim;
}

export interface Admitted extends Decided {
  charges: Charge[];
  /** Its places among the calls in flight, and what shadow rules count: told to the ledger again when it ends. */
  leases?: Lease[];
  shadow?: Charge[];
  shadowLeases?: Lease[];
  /** Whether an intent was recorded, which must be settled. */
  recorded: boolean;
  /** Set where client and server speak different eras. */
  translation?: Translation;
  /** Of `subscriptions/listen`: what may be told. */
  subscription?: SubscriptionFilter;
}

/** How what the server says is said to a client of another era. */
export interface Translation {
  /** The id under which the request went upstream, where that is not the client's own. */
  wireId?: MessageId;
  /** Of a response, as its bytes: the client's id, and what its era wants in it. */
  response(bytes: Buffer): Buffer;
  /** Says something to the server beside the request, where there is a way. */
  tell?(message: Record<string, unknown>): void;
}

/** Whether a request says in its body that it speaks 2026-07-28 or later. */
export function claimsStateless({ message }: Pick<Received, 'message'>): boolean {
  if (message === null || message.kind === 'response') return false;
  const { _meta: meta } = message.params;
  return isObject(meta) && Object.hasOwn(meta, META_VERSION);
}

/** Why a call goes no further. A refusal is a value. */
export type Refusal =
  | {
      kind: 'fault';
      code: FaultCode;
      /** In place of the fault's public text. */
      text?: string;
      /** How the audit log calls it; null: it is not recorded. */
      audit: 'rejected' | 'unauthenticated' | null;
      /** Of a body whose id could be read. */
      id?: MessageId | null;
      /** Goes into the error's data. */
      data?: Record<string, unknown>;
      /** For operators; goes to the audit log, not to the caller. */
      detail?: string;
    }
  /** `recorded`: the ledger has written it to the audit log, in the step that refused. */
  | {
      kind: 'denial';
      decision: Verdict;
      charge?: PolicyCharge;
      recorded?: boolean;
      /** The request for approval, and who answered it. */
      approval?: { id: string; by: string };
      /** When the same call may pass, although no limit says so. */
      retryAfterMs?: number;
    }
  /** A person has to answer. It is in the audit log already. `input`: asked of the client's person (2026-07-28). */
  | { kind: 'pending'; decision: Verdict; approvalId: string; expiresAt: Date; input?: { mode: 'url' | 'form'; requestState: string } }
  /** Nobody answered, or what was approved was not used in time. */
  | { kind: 'expired'; decision: Verdict; approvalId: string; expiresAt: Date };

/** A decision, of the policy or of a person. */
export type Verdict = Omit<Decision, 'code'> & { code: Decision['code'] | 'approval_denied' | 'approvals_full' };

export type Staged<T> = { ok: true; call: T } | { ok: false; refusal: Refusal };

export const onward = <T>(call: T): Staged<T> => ({ ok: true, call });
export const refused = (refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });
export const rejected = (code: FaultCode, text?: string): { ok: false; refusal: Refusal } =>
  refused({ kind: 'fault', code, audit: 'rejected', ...(text === undefined ? {} : { text }) });
