import { readCheckpoints, readSigningKeys } from '@toolgate/services/audit/checkpoint-read';
import { Failure } from './failure.ts';
import { operatorIn, type Session } from './session.ts';

/** Writes the organization's checkpoints as JSON lines, oldest first; with `newest` only the last one. */
export async function writeCheckpoints(
  { s }: Session,
  { org, newest }: { org: string; newest: boolean },
  write: (line: string) => Promise<void>,
): Promise<void> {
  let last: string | null = null;
  for await (const checkpoint of readCheckpoints(s, await operatorIn(s, org))) {
    last = JSON.stringify(checkpoint);
    if (!newest) await write(last);
  }
  if (last === null) throw new Failure('There is no checkpoint yet: one is signed within a minute of the first event.');
  if (newest) await write(last);
}

/** The public keys of the installation as PEM, the newest first. */
export async function publicKeys({ s }: Session): Promise<string> {
  const { keys } = await readSigningKeys(s);
  if (keys.length === 0) throw new Failure('This installation has not signed anything yet.');
  return keys.map(({ publicKey }) => publicKey.trim()).join('\n');
}
