/** Figure 3: never above `max` in any rolling window, never a false refusal below it; also after the counters were wiped. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Caller, openCaller } from './caller.ts';
import { closest, type Figure, figure, loadText } from './figure.ts';
import { argumentHmac, ownerQuery, untilQuiet } from './log.ts';
import type { Stack, Tenant } from './stack.ts';

const MAX = 40;
const WINDOW_MS = 2000;
const CALLERS = 64;
/** Times in the log are whole milliseconds, taken when the record was written. */
const CLOCK_MS = 2;
/** A call of which Redis lost the record was in the ledger this much before it was at the upstream, at most; longer where others took longer. */
const TRANSPORT_MS = 100;

export async function limitFigures(stack: Stack): Promise<Figure[]> {
  const limit = { window: WINDOW_MS / 1000, max: MAX, scope: 'organization' };
  const tools = { echo: { limits: [{ ...limit, counter: 'echo' }] }, fail: { limits: [{ ...limit, counter: 'fail' }] }, big: {} };
  const tenant = await stack.tenant({ version: '1', default: 'deny', tools });
  const caller = await openCaller(stack.gateways[0]?.url as string, tenant, (await tenant.grant()).token);
  await warmUp(stack, caller);
  const redis = stack.redis.service;
  const empty = async () => {
    await redis.kill();
    redis.erase();
    await redis.start();
  };
  const phases: [name: string, ms: number, disturb: () => Promise<unknown>][] = [
    [`${stack.gateways.length} gateways, ${CALLERS} callers`, 8000, async () => {}],
    ['SCRIPT FLUSH meanwhile', 6000, () => redis.command((client) => client.script('FLUSH'))],
    ['FLUSHALL mid-window', 9000, () => redis.command((client) => client.flushall())],
    ['Redis back without data', 12_000, empty],
  ];
  const figures: Figure[] = [];
  for (const [name, ms, disturb] of phases) {
    const seen = await press(stack, caller, ms, disturb);
    const gap = closest(await admittedAt(stack, tenant, seen), MAX);
    const holds = gap >= WINDOW_MS - CLOCK_MS && seen.length > 1.5 * MAX; // it must have rolled
    figures.push(
      figure(
        `${MAX} calls per ${WINDOW_MS} ms: ${name}`,
        `${seen.length} passed, ${MAX} + 1 within ${gap.toFixed(0)} ms`,
        `>= ${WINDOW_MS} ms`,
        holds,
      ),
    );
  }
  const { offered, refused, unanswered } = await offerBelow(stack, caller);
  const besides = unanswered > 0 ? `; ${unanswered} not decided (503), ${loadText()}` : '';
  figures.push(
    figure('refusals of what stays below max', `${refused} of ${offered}${besides}`, '0', refused === 0 && offered >= ROUNDS * MAX),
  );
  return figures;
}

/** So that no gateway is still loading when the first window begins. */
async function warmUp(stack: Stack, caller: Caller): Promise<void> {
  for (const { url } of stack.gateways) await Promise.all(Array.from({ length: CALLERS }, () => caller.call(url, 'big', { kb: 1 })));
}

interface Seen {
  args: Record<string, unknown>;
  at: number;
}

let lastCall = 0;

/** All callers at all gateways. What passed is what the upstream saw. */
async function press(stack: Stack, caller: Caller, ms: number, disturb: () => Promise<unknown>): Promise<Seen[]> {
  const seenBefore = stack.upstream.calls.length;
  const end = performance.now() + ms;
  const disturbing = sleep(ms * 0.15).then(disturb);
  await Promise.all([
    disturbing,
    ...Array.from({ length: CALLERS }, async (_, i) => {
      const { url } = stack.gateways[i % stack.gateways.length] as { url: string };
      while (performance.now() < end) {
        const { allowed } = await caller.call(url, 'echo', { n: ++lastCall });
        if (!allowed) await sleep(100);
      }
    }),
  ]);
  await sleep(WINDOW_MS + 10);
  return stack.upstream.calls.slice(seenBefore).map(({ message, at }) => ({ args: message?.params?.arguments ?? {}, at }));
}

/** When the ledger admitted what the upstream saw: by the log; of calls whose record Redis lost, by when they arrived. */
async function admittedAt(stack: Stack, tenant: Tenant, seen: Seen[]): Promise<number[]> {
  await untilQuiet(stack);
  const { rows } = await ownerQuery(
    stack,
    `SELECT detail->>'argumentsHmac' AS hmac, extract(epoch FROM (detail->>'admittedAt')::timestamptz) * 1000 AS at
     FROM "AuditEvent" WHERE "organizationId" = $1 AND decision = 'allowed' AND tool = 'echo'`,
    [tenant.organizationId],
  );
  const logged = new Map(rows.map(({ hmac, at }) => [String(hmac), Number(at)]));
  const hmacOf = await argumentHmac(stack, tenant);
  const known = seen.map(({ args, at }) => ({ at, admitted: logged.get(hmacOf(args)) }));
  const transport = Math.max(TRANSPORT_MS, ...known.map(({ at, admitted = at }) => at - admitted));
  return known.map(({ at, admitted }) => admitted ?? at - transport);
}

const ROUNDS = 4;

/** `max` calls at once, then a whole window of silence. A round in which a busy gateway decided nothing about a call is made once more. */
async function offerBelow(stack: Stack, caller: Caller): Promise<{ offered: number; refused: number; unanswered: number }> {
  let [offered, refused, unanswered] = [0, 0, 0];
  // What was lost with Redis is over by now.
  for (let round = 0; round < 3 * ROUNDS && offered < ROUNDS * MAX; round++) {
    const urls = Array.from({ length: MAX }, (_, i) => stack.gateways[i % stack.gateways.length]?.url as string);
    const answers = await Promise.all(urls.map((url) => caller.call(url, 'fail')));
    const undecided = answers.filter(({ status }) => status === 503).length;
    unanswered += undecided;
    if (undecided === 0) offered += MAX;
    refused += answers.filter(({ allowed, status }) => !allowed && status !== 503).length;
    await sleep(WINDOW_MS + 10);
  }
  return { offered, refused, unanswered };
}
