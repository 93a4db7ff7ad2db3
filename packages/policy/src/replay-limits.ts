/** Step 10 of a replay: what a call takes from its counters, as far as that is known, and whether there is room. */
import type { CompiledRule, CompiledTool } from './compile.ts';
import type { PolicyLimit, PolicyScope } from './document.ts';
import { toMicros, UNIT_MICROS } from './micros.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { Range, ReplayCounters } from './replay-counters.ts';
import type { Ending } from './replay-endings.ts';
import { presence } from './replay-truth.ts';
import { MISSING, parseValuePath, readValue } from './value-path.ts';

interface Group {
  key: string;
  windowMs: number;
  max: number;
  rule: string;
  amount: Range;
}

/** Whether it passes its limits; several endings where that depends on what is not known. */
export function limitEndings(tool: CompiledTool, rules: readonly CompiledRule[], call: RecordedCall, counters: ReplayCounters): Ending[] {
  const values = rules.flatMap(({ source }) => source.limits.filter(({ by }) => by !== null));
  const missing = values.find((limit) => amountOf(limit, call) === 'none');
  const groups = groupsOf(rules, call);
  const tooLarge = groups.some(({ amount }) => !Number.isSafeInteger(amount.least));
  // A value that makes no number refuses the call, whatever the others are.
  if (missing || tooLarge) return [{ now: 'refused', code: 'requirement_not_met', rule: values.length === 1 ? values[0]!.pointer : null }];
  const unknown = values.filter((limit) => amountOf(limit, call) === null);
  const endings: Ending[] = unknown.map(({ pointer }) => ({ now: 'refused', code: 'requirement_not_met', rule: pointer }));
  // What no counter could ever hold is refused before any is asked.
  const never = groups.find(({ max, amount }) => max === 0 || amount.least > max);
  if (never) return [...endings, { now: 'refused', code: 'limit_reached', rule: never.rule }];
  for (const { key, windowMs, max, rule, amount } of groups) {
    const room = counters.room(key, { windowMs, max, at: call.at }, amount);
    if (room !== 'certain') endings.push({ now: 'refused', code: 'limit_reached', rule });
    if (room === 'none') return endings;
  }
  for (const lease of tool.leases) {
    const room = counters.roomInFlight(keyOf(lease.scope, `lease:${lease.key}`, call), lease.max, call.at);
    if (room !== 'certain') endings.push({ now: 'refused', code: 'limit_reached', rule: lease.rule });
    if (room === 'none') return endings;
  }
  return [...endings, { now: 'passes', code: 'allowed', rule: null }];
}

/** Takes what the call takes if it passes. @param certain whether it does */
export function chargePossibly(
  tool: CompiledTool,
  rules: readonly CompiledRule[],
  call: RecordedCall,
  counters: ReplayCounters,
  certain: boolean,
): void {
  const { at, latencyMs, refunded } = call;
  const returnedAt = refunded ? at + (latencyMs ?? 0) : null;
  for (const { key, windowMs, amount } of groupsOf(rules, call))
    counters.charge(key, { windowMs, at, returnedAt }, { least: certain ? amount.least : 0, most: amount.most });
  for (const { scope, key } of tool.leases) {
    const known = certain && latencyMs !== null;
    const until = at + (latencyMs ?? LONGEST_CALL_MS);
    counters.lease(keyOf(scope, `lease:${key}`, call), { least: known ? 1 : 0, most: 1, until }, at);
  }
}

/** How long a call that never ran may have taken. */
const LONGEST_CALL_MS = 600_000;

/** Limits that name one counter in one scope are one charge, as in charges.ts. */
function groupsOf(rules: readonly CompiledRule[], call: RecordedCall): Group[] {
  const groups = new Map<string, Omit<Group, 'amount'> & { limits: PolicyLimit[] }>();
  for (const { source } of rules)
    for (const limit of source.limits) {
      const key = keyOf(limit.scope, limit.counter, call);
      const { windowMs, maxMicros: max, pointer: rule } = limit;
      const group = groups.get(key) ?? { key, windowMs, max, rule, limits: [] };
      if (max < group.max) Object.assign(group, { max, rule, windowMs });
      group.limits.push(limit);
      groups.set(key, group);
    }
  return [...groups.values()].map(({ limits, ...group }) => ({ ...group, amount: takenOf(limits, group.max, call) }));
}

/** A call counts as one if any limit says so, and each argument is added once; of what is not known, anything up to the maximum. */
function takenOf(limits: readonly PolicyLimit[], max: number, call: RecordedCall): Range {
  const counted = limits.some(({ by }) => by === null) ? UNIT_MICROS : 0;
  const each = [...new Map(limits.filter(({ by }) => by !== null).map((limit) => [limit.by, amountOf(limit, call)])).values()];
  const least = each.reduce((sum: number, amount) => sum + (typeof amount === 'number' ? amount : 0), counted);
  return { least, most: each.includes(null) ? Math.max(max, least) : least };
}

/** What a limit adds up of a call, in millionths; `none`: what is there makes no number; null: not known. */
function amountOf({ by }: PolicyLimit, call: RecordedCall): number | 'none' | null {
  const path = parseValuePath(by ?? '');
  if (typeof path === 'string') throw new Error(`"by": the path ${path}`);
  const [first] = path.steps;
  const present = typeof first === 'string' ? presence(call, first) : call.argumentKeys === null && !call.args ? 'unknown' : 'absent';
  if (present !== 'known') return present === 'absent' ? 'none' : null;
  const value = readValue(call.args, path.steps);
  const read = value === MISSING ? null : toMicros(value);
  return read?.ok ? read.micros : 'none';
}

function keyOf(scope: PolicyScope, name: string, { grant, serverId }: RecordedCall): string {
  return `${scope}:${scope === 'grant' ? grant.id : scope === 'server' ? serverId : ''}:${name}`;
}
