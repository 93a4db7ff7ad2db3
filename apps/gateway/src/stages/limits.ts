/** The limits of a decision as the ledger takes them. */
import type { AdmitRequest, Charge, Lease, RefusalText } from '@toolgate/ledger/ledger';
import { limitKey } from '@toolgate/ledger/limit-key';
import type { Decision, PolicyCharge, PolicyLease } from '@toolgate/policy/decision';
import { explainConcurrency, explainLimit, limitSubject } from '@toolgate/policy/explain-limit';
import type { Decided } from './call.ts';

export type Limits = Pick<AdmitRequest, 'charges' | 'leases' | 'shadow' | 'shadowLeases'> & { charges: Charge[]; leases: Lease[] };

/** A call is given up at its deadline; what it then still has to tell the ledger must not come after its lease has ended. */
const LEASE_MARGIN_MS = 1000;

/** @param callTimeoutMs the deadline of a call: no lease outlives it for long. */
export function limitsOf(call: Owners, decision: Decision, callTimeoutMs: number): Limits {
  const charge = (one: PolicyCharge) => chargeOf(one, call);
  const lease = (one: PolicyLease) => leaseOf(one, call, callTimeoutMs + LEASE_MARGIN_MS);
  const { charges, leases, shadowCharges, shadowLeases } = decision;
  const inShadow = inShadowOf(call.policy?.shadow?.version);
  return {
    charges: charges.map(charge),
    leases: leases.map(lease),
    ...(shadowCharges ? { shadow: shadowCharges.map(charge).map(inShadow) } : {}),
    ...(shadowLeases ? { shadowLeases: shadowLeases.map(lease).map(inShadow) } : {}),
  };
}

type Owners = Pick<Decided, 'grant' | 'server' | 'policy'>;

/** What the log says of a limit that is only counted names the version in its shadow period, if it is of one. */
const inShadowOf =
  (shadowVersion: number | undefined) =>
  <L extends Charge | Lease>(limit: L): L =>
    shadowVersion === undefined || !limit.refusal ? limit : { ...limit, refusal: { ...limit.refusal, shadowVersion } };

/** Counters of one name in one scope are one counter. */
function chargeOf(charge: PolicyCharge, call: Owners): Charge {
  const { scope, counter, amountMicros, maxMicros, windowMs, onUnavailable, refundOn } = charge;
  return { key: keyOf(scope, counter, call), amountMicros, maxMicros, windowMs, onUnavailable, refundOn, refusal: chargeText(charge) };
}

function leaseOf({ key, scope, max, onUnavailable, ...lease }: PolicyLease, call: Owners, ttlMs: number): Lease {
  return { key: keyOf(scope, key, call), max, ttlMs, onUnavailable, refusal: leaseText({ key, scope, max, onUnavailable, ...lease }) };
}

const keyOf = (scope: PolicyCharge['scope'], name: string, { grant, server }: Owners): string =>
  limitKey(scope, name, { grantId: grant.id, serverId: server.id });

/** Without the numbers of the moment: they are beside it. */
function chargeText({ limit, rule, counter, scope, subject }: PolicyCharge): RefusalText {
  const text =
    chargeTexts.get(limit) ??
    ({ message: limited(subject, explainLimit(limit)), rule, counter, scope, max: limit.max } satisfies RefusalText);
  chargeTexts.set(limit, text);
  return text;
}

function leaseText({ key, scope, max, rule, subject }: PolicyLease): RefusalText {
  return { message: limited(subject, explainConcurrency({ concurrency: max, scope })), rule, counter: key, scope, max };
}

const limited = (subject: string, limit: string): string => `${limitSubject(subject)} limited to ${limit.replace('at most ', '')}.`;

/** Made once for each limit of a compiled policy. */
const chargeTexts = new WeakMap<PolicyCharge['limit'], RefusalText>();
