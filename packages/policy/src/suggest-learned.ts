/** A least-privilege policy from what was called. */
import { isGlob } from './glob.ts';
import { counterName } from './normalise.ts';
import type { RecordedCall } from './recorded-call.ts';

export interface LearnedTool {
  tool: string;
  calls: number;
  /** Of the busiest grant, in any rolling minute and day. */
  peakMinute: number;
  peakDay: number;
  /** With head-room. */
  perMinute: number;
  perDay: number;
}

export interface LearnedPolicy {
  /** The text of a document that allows what was called, limited to about what was seen, and nothing else. */
  source: string;
  tools: LearnedTool[];
  methods: string[];
  /** Tools whose names hold a `*`, which as a key would be a glob: they are left to the default. */
  leftOut: string[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** Learns from the calls that passed, in any order. @param headroom limits are so many times the peak, rounded up */
export function learnPolicy(
  calls: readonly Pick<RecordedCall, 'at' | 'tool' | 'method' | 'grant' | 'was'>[],
  headroom = 1.5,
): LearnedPolicy {
  const passed = calls.filter(({ was }) => was === 'passes').toSorted((a, b) => a.at - b.at);
  const byTool = groupBy(
    passed.filter(({ tool }) => tool !== null),
    ({ tool }) => tool?.name ?? '',
  );
  const methods = [...new Set(passed.flatMap(({ tool, method }) => (tool === null && method !== '' ? [method] : [])))].sort();
  const names = [...byTool.keys()].sort();
  const tools = names.filter((name) => name !== '' && !isGlob(name)).map((name) => learnTool(name, byTool.get(name) ?? [], headroom));
  const limits = ({ tool, perMinute, perDay }: LearnedTool) => ({
    limits: [
      { counter: counterName('', tool, '_per_minute'), window: 'minute', max: perMinute, scope: 'grant' },
      { counter: counterName('', tool, '_per_day'), window: 'day', max: perDay, scope: 'grant' },
    ],
  });
  const document = {
    version: '1',
    default: 'deny',
    ...(methods.length > 0 ? { methods: Object.fromEntries(methods.map((method) => [method, 'allow'])) } : {}),
    tools: Object.fromEntries(tools.map((tool) => [tool.tool, limits(tool)])),
  };
  return { source: `${JSON.stringify(document, null, 2)}\n`, tools, methods, leftOut: names.filter(isGlob) };
}

function learnTool(tool: string, calls: readonly Pick<RecordedCall, 'at' | 'grant'>[], headroom: number): LearnedTool {
  const byGrant = [...groupBy(calls, ({ grant }) => grant.id).values()].map((own) => own.map(({ at }) => at));
  const peak = (windowMs: number) => Math.max(...byGrant.map((times) => peakOf(times, windowMs)));
  const [peakMinute, peakDay] = [peak(MINUTE_MS), peak(DAY_MS)];
  const perMinute = roundUp(peakMinute * headroom);
  return { tool, calls: calls.length, peakMinute, peakDay, perMinute, perDay: Math.max(perMinute, roundUp(peakDay * headroom)) };
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

/** The most of these ascending times in any window, as the ledger counts. */
function peakOf(times: readonly number[], windowMs: number): number {
  let [first, most] = [0, 0];
  for (const [last, at] of times.entries()) {
    while ((times[first] ?? at) + windowMs < at) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}

/** To a number that people would write: 2, 5, 12, 40, 150. */
function roundUp(value: number): number {
  const step = 10 ** Math.max(0, Math.floor(Math.log10(Math.max(1, value))) - 1) * (value >= 20 ? 5 : 1);
  return Math.ceil(value / step) * step;
}
