/** Step 10 of a replay: what a call takes from its counters, as far as that is known, and whether there is room. */
import type { CompiledRule, CompiledTool } from './compile.ts';
import type { PolicyLimit, PolicyScope } from './document.ts';
import { UNIT_MICROS } from './micros.ts';
import type { RecordedCall } from './recorded-call.ts';
import type { Range, ReplayCounters, Room } from './replay-counters.ts';
import type { Ending } from './replay-endings.ts';
import { presence } from './replay-truth.ts';
import { parseValuePath } from './value-path.ts';

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
  const missing = values.find((limit) => presenceOfValue(limit, call) === 'absent');
  // A value that is not there makes no number, so the call is refused, whatever the others are.
  if (missing) return [{ now: 'refused', code: 'requirement_not_met', rule: values.length === 1 ? missing.pointer : null }];
  const endings: Ending[] = values.map(({ pointer }) => ({ now: 'refused', code: 'requirement_not_met', rule: pointer }));
  for (const { key, windowMs, max, rule, amount } of groupsOf(rules, call)) {
    const never = max === 0 || amount.least > max;
    const room: Room = never ? 'none' : counters.room(key, { windowMs, max, at: call.at }, amount);
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
  const groups = new Map<string, Group & { counted: boolean; valued: boolean }>();
  for (const { source } of rules)
    for (const limit of source.limits) {
      const key = keyOf(limit.scope, limit.counter, call);
      const known = groups.get(key);
      const group = known ?? {
        key,
        windowMs: limit.windowMs,
        max: limit.maxMicros,
        rule: limit.pointer,
        amount: NOTHING,
        counted: false,
        valued: false,
      };
      if (limit.maxMicros < group.max) Object.assign(group, { max: limit.maxMicros, rule: limit.pointer, windowMs: limit.windowMs });
      if (limit.by === null) group.counted = true;
      else group.valued = true;
      group.amount = { least: group.counted ? UNIT_MICROS : 0, most: group.valued ? group.max : UNIT_MICROS };
      groups.set(key, group);
    }
  return [...groups.values()];
}

const NOTHING: Range = { least: 0, most: 0 };

function presenceOfValue({ by }: PolicyLimit, call: RecordedCall): 'present' | 'absent' | 'unknown' {
  const path = parseValuePath(by ?? '');
  if (typeof path === 'string') throw new Error(`"by": the path ${path}`);
  const [first] = path.steps;
  if (call.argumentKeys === null) return 'unknown';
  return typeof first === 'string' ? presence(call, first) : 'absent';
}

function keyOf(scope: PolicyScope, name: string, { grant, serverId }: RecordedCall): string {
  return `${scope}:${scope === 'grant' ? grant.id : scope === 'server' ? serverId : ''}:${name}`;
}
