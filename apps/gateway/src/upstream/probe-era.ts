/** Which era a server speaks: asked once with `server/discover`, kept, and asked anew after a while or when it behaves otherwise. */

import { discover, speaksStateless } from '@toolgate/egress/upstream/discover';
import type { UpstreamFault } from '@toolgate/egress/upstream/send';
import type { Gateway } from '../gateway.ts';
import type { LearnedEra } from './server-state.ts';
import type { Target } from './upstreams.ts';

const PROBE_MS = 10_000;
const KEEP_MS = 10 * 60_000;
/** After an answer that proves nothing, such as a server's own failure. */
const KEEP_UNPROVEN_MS = 30_000;

/** The era of the server, once it is known. A verdict that has become old is used while it is asked for anew. */
export function learnEra(gateway: Gateway, target: Target): LearnedEra | Promise<LearnedEra | { fault: UpstreamFault; detail: string }> {
  const { era } = target.state;
  if (era.stateless !== null) {
    if (performance.now() >= era.until && !era.asking) void askOnce(gateway, target);
    return era;
  }
  return askOnce(gateway, target).then((fault) => fault ?? era);
}

/** However often a server gives reason to, it is not asked more often. */
const ASK_AGAIN_MS = 5000;

/** It did what no server of that era does: the next request waits until it has been asked anew. */
export function doubtEra(era: LearnedEra): void {
  if (performance.now() - era.askedAt < ASK_AGAIN_MS) return;
  era.stateless = null;
  era.sessions = true;
}

/** It did what servers of that era seldom do: it is asked anew while what is known is still used. */
export function suspectEra(era: LearnedEra): void {
  if (performance.now() - era.askedAt >= ASK_AGAIN_MS) era.until = 0;
}

type Failure = { fault: UpstreamFault; detail: string };

function askOnce(gateway: Gateway, target: Target): Promise<Failure | null> {
  const { era } = target.state;
  const asking = (era.asking as Promise<Failure | null> | null) ?? probe(gateway, target).finally(() => (era.asking = null));
  era.asking = asking;
  return asking;
}

async function probe({ settings }: Gateway, target: Target): Promise<Failure | null> {
  const answer = await discover(target, Math.min(PROBE_MS, settings.callTimeoutMs), settings.maxResponseBytes);
  const { status, fault, detail, response } = answer;
  if (fault) return { fault, detail: detail ?? 'server/discover' };
  // Neither says anything about the era (2026-07-28, versioning, "Backward Compatibility").
  if (status === 401 || status === 403 || status === 407) return { fault: 'upstream_refused_credential', detail: `HTTP ${status}` };
  const { era } = target.state;
  era.askedAt = performance.now();
  era.stateless = speaksStateless(response);
  // It may open sessions by now: the next client that asks for one finds out.
  era.sessions = true;
  const isProof = status !== null && status < 500 && status !== 429;
  era.until = performance.now() + (isProof ? KEEP_MS : KEEP_UNPROVEN_MS);
  return null;
}
