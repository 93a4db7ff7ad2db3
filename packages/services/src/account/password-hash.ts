/** Argon2id, at most two at a time: a hash takes 19 MiB and tens of milliseconds, and strangers can ask for one. */
import { hash, verify } from '@node-rs/argon2';

/** Argon2id (2) with the parameters of the OWASP password storage cheat sheet. */
const OPTIONS = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 };
const AT_ONCE = 2;
const WAITING_AT_MOST = 64;

export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(password, OPTIONS));
}

/** Takes as long for an account that does not exist (null) as for one that does. */
export async function matchesPassword(stored: string | null, password: string): Promise<boolean> {
  // Out of turn, once: refused for want of a turn, it would be refused for good.
  decoy ??= hash('nobody has this password', OPTIONS);
  const against = stored ?? (await decoy);
  const matches = await inTurn(() => verify(against, password));
  return matches && stored !== null;
}

/** Too many people are waiting for a hash: come again in a moment. */
export class Overloaded extends Error {}

let decoy: Promise<string> | undefined;
let running = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING_AT_MOST) throw new Overloaded('Too many passwords are being checked.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    running++;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    // The turn is handed on, so that nobody slips in between.
    if (next) next();
    else running--;
  }
}
