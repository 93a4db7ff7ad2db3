/** What ADMIT is asked, and what it answers. */

import { admitTexts } from '../admit-texts.ts';
import type { AdmitRequest, AdmitResult } from '../ledger.ts';
import { heldEpoch } from './epoch.ts';
import { auditStream, counterKey, epochKey, leaseKey, shadowKey, shadowLeaseKey, shardOf } from './shard.ts';

export function admitKeys({ organizationId, charges, leases = [], shadow = [], shadowLeases = [] }: AdmitRequest): string[] {
  return [
    epochKey(organizationId),
    auditStream(shardOf(organizationId)),
    ...charges.map((charge) => counterKey(organizationId, charge)),
    ...leases.map((lease) => leaseKey(organizationId, lease)),
    ...shadow.map((charge) => shadowKey(organizationId, charge)),
    ...shadowLeases.map((lease) => shadowLeaseKey(organizationId, lease)),
  ];
}

export function admitArguments(request: AdmitRequest, deadline: string, gatewayId: string): (string | number)[] {
  const { epoch, callId, charges, leases = [], shadow = [], shadowLeases = [] } = request;
  const texts = admitTexts(request, gatewayId);
  const { opening, common, allowed, detail, closing } = texts;
  const args: (string | number)[] = [
    epoch,
    deadline,
    callId,
    charges.length,
    leases.length,
    shadow.length,
    opening,
    common,
    allowed,
    detail,
    closing,
  ];
  for (const { maxMicros, windowMs, amountMicros, refusal } of charges)
    args.push(maxMicros, windowMs * 1000, amountMicros, texts.verdict(refusal), texts.numbers(refusal));
  for (const { max, ttlMs, refusal } of leases) args.push(max, ttlMs * 1000, 0, texts.verdict(refusal), texts.numbers(refusal));
  for (const { maxMicros, windowMs, amountMicros, refusal } of shadow)
    args.push(maxMicros, windowMs * 1000, amountMicros, texts.shadow(refusal), '');
  for (const { max, ttlMs, refusal } of shadowLeases) args.push(max, ttlMs * 1000, 0, texts.shadow(refusal), '');
  return args;
}

export function admitResult(reply: unknown[], { charges }: AdmitRequest): AdmitResult {
  const [code, now, ...rest] = reply as [number, string, ...(string | number)[]];
  if (code === 1) return { kind: 'admitted', shadowFull: rest[0] === '' ? null : Number(rest[0]), uncounted: false };
  if (code === 2) return { kind: 'stale', epoch: heldEpoch(String(rest[0])) };
  const [key, retryMicros] = [Number(rest[0]), Number(rest[2])];
  return {
    kind: 'limited',
    ...(key < charges.length ? { of: 'charge', index: key } : { of: 'lease', index: key - charges.length }),
    remainingMicros: Number(rest[1]),
    retryAfterMs: Math.ceil(retryMicros / 1000),
    resetAt: new Date(Math.ceil((Number(now) + retryMicros) / 1000)),
    recorded: rest[3] === 1,
  };
}

/** Which parts of coarse windows hold the charges and shadow charges of an admitted call; null when each has an entry of its own. */
export function coarseParts(reply: unknown[]): string[] | null {
  if (reply[0] !== 1) return null;
  const parts = reply.slice(3) as string[];
  return parts.some(Boolean) ? parts : null;
}
