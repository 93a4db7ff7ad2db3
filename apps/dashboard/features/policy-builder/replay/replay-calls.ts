import { compileSource } from '@toolgate/policy/policy-test';
import { createReplay, type ReplayClass, type Replayed } from '@toolgate/policy/replay';
import type { LoggedCall } from '@toolgate/services/policy/recorded-calls';

export const CHANGES = [
  'newly_denied',
  'newly_allowed',
  'newly_pending',
  'not_decidable',
  'unchanged',
] as const satisfies Replayed['change'][];

export interface ReplayedCall extends Replayed {
  seq: number;
  received: string;
  /** Its tool, or its method. */
  name: string;
  grant: string;
  was: ReplayClass;
}

export interface ReplayResult {
  total: number;
  counts: Record<Replayed['change'], number>;
  /** The newest of each kind. */
  calls: Record<Replayed['change'], ReplayedCall[]>;
  /** Of those that are not decidable: so many could be read with their captured values. */
  readable: number;
  /** When the oldest and the newest were received; null: there are none. */
  from: string | null;
  to: string | null;
}

/** As many of each kind are listed. */
const MOST_LISTED = 200;

/** Decides calls again by the text of a document, in the order of their times. */
export function replayCalls(source: string, calls: readonly LoggedCall[]): ReplayResult {
  const replay = createReplay(compileSource(source));
  const inOrder = calls.toSorted((a, b) => a.at - b.at || a.seq - b.seq);
  const byChange = Object.fromEntries(CHANGES.map((change) => [change, [] as ReplayedCall[]])) as ReplayResult['calls'];
  let readable = 0;
  for (const call of inOrder) {
    const { seq, received, tool, method, grant, was } = call;
    const replayed = replay(call);
    if (replayed.change === 'not_decidable' && call.readable && !call.args) readable += 1;
    byChange[replayed.change].push({ seq, received, name: tool?.name ?? method, grant: grant.label, was, ...replayed });
  }
  const counts = Object.fromEntries(CHANGES.map((change) => [change, byChange[change].length])) as ReplayResult['counts'];
  for (const change of CHANGES) byChange[change] = byChange[change].reverse().slice(0, MOST_LISTED);
  return {
    total: calls.length,
    counts,
    calls: byChange,
    readable,
    from: inOrder[0]?.received ?? null,
    to: inOrder.at(-1)?.received ?? null,
  };
}
