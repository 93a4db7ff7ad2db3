/** Figure 5: gateways are killed while they work; nothing that the upstream saw is missing from the log, and nothing is made up. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type Caller, openCaller } from './caller.ts';
import { type Figure, figure } from './figure.ts';
import { argumentHmac, ownerQuery, untilQuiet } from './log.ts';
import { CALL_TIMEOUT_MS, type Stack, type Tenant } from './stack.ts';

const CALLERS = 40;
const KILLS = 20;
const IN_FLIGHT = 64;

interface Event {
  hmac: string;
  outcome: string;
  admittedAt: number;
}

export async function crashFigures(stack: Stack, calls: number): Promise<Figure[]> {
  const tenant = await stack.tenant({
    version: '1',
    default: 'deny',
    tools: { echo: { limits: [{ concurrency: IN_FLIGHT }] }, slow: { limits: [{ concurrency: IN_FLIGHT }] } },
  });
  const { token } = await tenant.grant();
  const caller = await openCaller(stack.gateways[0]?.url as string, tenant, token);
  const seenBefore = stack.upstream.calls.length;
  const oldest = watchIntents(stack);
  const tally = new Tally();
  const [killed] = await Promise.all([killNowAndThen(stack, tally, calls), makeCalls(stack, caller, tally, calls)]);
  const quietMs = await untilQuiet(stack);
  oldest.stop();
  const events = await readEvents(stack, tenant);
  const judged = await judge(stack, tenant, events, tally.answers, seenBefore);
  await sleep(CALL_TIMEOUT_MS + 1500);
  const free = await freePlaces(stack, caller);
  return [
    figure(
      'calls carried out, gateways killed with SIGKILL',
      `${tally.carriedOut} of ${tally.answers.size} made, ${killed}`,
      `>= ${calls}, ${KILLS}`,
      tally.carriedOut >= calls && killed === KILLS,
    ),
    figure('calls the upstream saw that have no event', `${judged.missing} of ${judged.seen}`, '0', judged.missing === 0),
    figure('events of calls that nobody made, or twice', `${judged.phantom} of ${events.length}`, '0', judged.phantom === 0),
    figure('calls the upstream saw before their intent was durable', judged.early, '0', judged.early === 0),
    figure('calls answered with a result whose event says otherwise', judged.wrong, '0', judged.wrong === 0),
    figure('oldest intent without an outcome', `${(oldest.maximum() / 1000).toFixed(1)} s`, '<= 60 s', oldest.maximum() <= 60_000),
    figure(
      'all intents ended after the last call',
      `${(quietMs / 1000).toFixed(1)} s, ${judged.unknown} unknown`,
      '<= 60 s, some',
      quietMs <= 60_000 && judged.unknown > 0,
    ),
    figure('places among the calls in flight that are free again', `${free} of ${IN_FLIGHT}`, 'all', free === IN_FLIGHT),
  ];
}

/** All places at once; asked again when a busy gateway decided nothing about a call. */
async function freePlaces(stack: Stack, caller: Caller): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    // Long enough that none is free because another call has ended already.
    const calls = Array.from({ length: IN_FLIGHT }, () => caller.call(stack.gateways[0]?.url as string, 'slow', { ms: 1500 }));
    const answers = await Promise.all(calls);
    if (attempt < 3 && answers.some(({ status }) => status === 503)) continue;
    return answers.filter(({ allowed }) => allowed).length;
  }
}

/** A gateway that was killed right after its answer could not tell the log of it any more. */
const ANSWERED = new Set(['ok', 'unknown']);

/** What the callers were told, by the number in a call's arguments. */
class Tally {
  readonly answers = new Map<number, Answer>();
  carriedOut = 0;

  add(n: number, answer: Answer): void {
    this.answers.set(n, answer);
    if (answer.allowed) this.carriedOut++;
  }
}

/** Until so many were carried out; those that meet a dead gateway come on top. */
async function makeCalls(stack: Stack, caller: Caller, tally: Tally, calls: number): Promise<void> {
  let next = 0;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (tally.carriedOut < calls) {
        const n = next++;
        const { url } = stack.gateways[Math.floor(Math.random() * stack.gateways.length)] as { url: string };
        const answer = await (n % 8 === 0 ? caller.call(url, 'slow', { n, ms: 150 }) : caller.call(url, 'echo', { n }));
        tally.add(n, answer);
        if (answer.status === 0) await sleep(20);
      }
    }),
  );
}

/** At random moments, spread over the calls. */
async function killNowAndThen(stack: Stack, tally: Tally, calls: number): Promise<number> {
  for (let kill = 0; kill < KILLS; kill++) {
    const moment = ((kill + Math.random()) / (KILLS + 1)) * calls;
    while (tally.carriedOut < moment) await sleep(1);
    const gateway = stack.gateways[kill % stack.gateways.length] as Stack['gateways'][number];
    await gateway.kill();
    await gateway.start();
  }
  return KILLS;
}

/** How long intents were without an outcome, at most. */
function watchIntents(stack: Stack): { maximum(): number; stop(): void } {
  let maximum = 0;
  const timer = setInterval(async () => {
    const { rows } = await ownerQuery(stack, 'SELECT extract(epoch FROM now() - min(at)) * 1000 AS age FROM "AuditIntent"');
    maximum = Math.max(maximum, Number(rows[0]?.age ?? 0));
  }, 500);
  return { maximum: () => maximum, stop: () => clearInterval(timer) };
}

async function readEvents(stack: Stack, tenant: Tenant): Promise<Event[]> {
  const { rows } = await ownerQuery(
    stack,
    `SELECT detail->>'argumentsHmac' AS hmac, outcome, extract(epoch FROM (detail->>'admittedAt')::timestamptz) * 1000 AS at
     FROM "AuditEvent" WHERE "organizationId" = $1 AND decision = 'allowed' AND tool IN ('echo', 'slow')`,
    [tenant.organizationId],
  );
  return rows.map(({ hmac, outcome, at }) => ({ hmac: String(hmac), outcome: String(outcome), admittedAt: Number(at) }));
}

async function judge(stack: Stack, tenant: Tenant, events: Event[], answers: Map<number, Answer>, seenBefore: number) {
  const hmacOf = await argumentHmac(stack, tenant);
  const made = new Map([...answers].map(([n, answer]) => [hmacOf(n % 8 === 0 ? { n, ms: 150 } : { n }), answer]));
  const byHmac = new Map(events.map((event) => [event.hmac, event]));
  const seen = stack.upstream.calls.slice(seenBefore).map(({ message, at }) => ({ hmac: hmacOf(message?.params?.arguments ?? {}), at }));
  return {
    seen: seen.length,
    missing: seen.filter(({ hmac }) => !byHmac.has(hmac)).length,
    phantom: events.length - byHmac.size + events.filter(({ hmac }) => !made.has(hmac)).length,
    // Redis TIME in whole milliseconds, on the same machine.
    early: seen.filter(({ hmac, at }) => (byHmac.get(hmac)?.admittedAt ?? 0) > at).length,
    wrong: [...made].filter(([hmac, { allowed }]) => allowed && !ANSWERED.has(byHmac.get(hmac)?.outcome ?? '')).length,
    unknown: events.filter(({ outcome }) => outcome === 'unknown').length,
  };
}
