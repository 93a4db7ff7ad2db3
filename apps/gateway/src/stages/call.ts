/** What a call is at each stage: every stage takes the type before it, so that running one early does not compile. */
import type { Charge } from '@toolgate/ledger/ledger';
import type { FaultCode } from '@toolgate/mcp/errors';
import type { Message } from '@toolgate/mcp/message';
import type { MethodTreatment } from '@toolgate/mcp/methods';
import type { Decision, PolicyCharge } from '@toolgate/policy/decision';
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
  /** A body that must not be acted on; the caller is told once it is known who it is. */
  malformed: Refusal | null;
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
}

export interface Decided extends Resolved {
  treatment: Exclude<MethodTreatment, 'refused' | 'probe'>;
  /** Of what the policy decides: always an allow here. */
  decision: Decision | null;
}

export interface Admitted extends Decided {
  charges: Charge[];
  /** Whether an intent was recorded, which must be settled. */
  recorded: boolean;
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
      id?: string | number | null;
      /** For operators; goes to the audit log, not to the caller. */
      detail?: string;
    }
  | { kind: 'denial'; decision: Decision; charge?: PolicyCharge };

export type Staged<T> = { ok: true; call: T } | { ok: false; refusal: Refusal };

export const onward = <T>(call: T): Staged<T> => ({ ok: true, call });
export const refused = (refusal: Refusal): { ok: false; refusal: Refusal } => ({ ok: false, refusal });
export const rejected = (code: FaultCode, text?: string): { ok: false; refusal: Refusal } =>
  refused({ kind: 'fault', code, audit: 'rejected', ...(text === undefined ? {} : { text }) });
