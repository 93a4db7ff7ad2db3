/** Between resolve and decide: does the request agree with itself? Headers repeat the body so that proxies can act on them; it must not say two things. */
import type { EraRefusal } from '@toolgate/mcp/era';
import { checkParamHeaders } from '@toolgate/mcp/param-headers';
import { STATELESS_VERSIONS } from '@toolgate/mcp/versions';
import type { Gateway } from '../gateway.ts';
import { learnEra } from '../upstream/probe-era.ts';
import { claimsStateless, type Refusal, type Resolved } from './call.ts';

/** Null: it agrees. */
export function contradictionOf({ contradiction, era, message, mirrored, server }: Resolved): EraRefusal | null {
  if (contradiction || era === 'session' || !mirrored || message?.kind !== 'request' || message.tool === null) return contradiction;
  const declared = server.tools.get(message.tool)?.paramHeaders ?? [];
  const problem = declared.length > 0 ? checkParamHeaders(declared, message.args, mirrored) : null;
  return problem && { ok: false, ...problem };
}

/**
 * How it is refused. The codes of 2026-07-28 tell a client that it speaks to a server of that revision; one that also knows older ones
 * would then never fall back to them. Whoever claims to speak that revision can: `server/discover` offers it at every address, since what
 * does not speak it is bridged. The others are told so only where the server itself speaks it.
 */
export async function refusalOf(gateway: Gateway, call: Resolved, contradiction: EraRefusal): Promise<Refusal> {
  return refusalIn(contradiction, claimsStateless(call) || (await isStateless(gateway, call)));
}

export function refusalIn({ fault, message, data }: EraRefusal, isStateless: boolean): Refusal {
  const code = ERA_CODES.has(fault) && !isStateless ? 'invalid_request' : fault;
  if (code !== 'unsupported_version')
    return { kind: 'fault', code, text: message, audit: 'rejected', ...(data && code === fault ? { data } : {}) };
  // What server/discover offers, and no more: the older revisions begin with initialize.
  return { kind: 'fault', code, text: message, audit: 'rejected', data: { ...data, supported: [...STATELESS_VERSIONS] } };
}

const ERA_CODES = new Set<EraRefusal['fault']>(['header_mismatch', 'unsupported_version']);

async function isStateless(gateway: Gateway, { organization, server }: Resolved): Promise<boolean> {
  const target = await gateway.upstreams.target(organization.id, server);
  if (typeof target === 'string') return false;
  const learned = await learnEra(gateway, target);
  return 'stateless' in learned && learned.stateless === true;
}
