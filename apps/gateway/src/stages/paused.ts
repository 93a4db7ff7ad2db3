/** What is paused, and why, as an agent reads it. */
import type { Paused } from '@toolgate/policy/call';
import { oneLine } from '@toolgate/services/one-line';
import type { Resolved } from './call.ts';

type Pausable = Pick<Resolved, 'organization' | 'server' | 'grant'>;

/** The widest pause: the others' reasons would not help before that one is lifted. */
export function pausedBy({ organization, server, grant }: Pausable): Paused {
  if (organization.paused) return 'organization';
  if (server.paused) return 'server';
  return grant.paused ? 'grant' : null;
}

/** Null: nothing is. */
export function pauseText(call: Pausable): string | null {
  const paused = pausedBy(call);
  return paused && withPauseReason(call, `This ${paused} is paused.`);
}

const MOST_CHARACTERS = 200;

export function withPauseReason(call: Pausable, text: string): string {
  const paused = pausedBy(call);
  const reason = oneLine((paused && call[paused].pauseReason) ?? '', MOST_CHARACTERS);
  return reason === '' ? text : `${text} Paused by an administrator: ${reason}`;
}
