import type {
  PolicyApproval,
  PolicyConcurrency,
  PolicyCondition,
  PolicyDocument,
  PolicyEntry,
  PolicyLimit,
  PolicyRule,
} from './document.ts';
import { toMicros } from './micros.ts';
import { type JsonPath, toPointer } from './pointer.ts';
import type { Conversion } from './problem.ts';
import { parseRate } from './rate.ts';
import { parseWindow, writeWindow } from './window.ts';
import type { WrittenCondition, WrittenCounterLimit, WrittenDocument, WrittenRule } from './written.ts';

const DEFAULT_APPROVAL_MS = 600_000;

/** The normal form of a document that fits the schema; what is converted on the way is added to `conversions`. */
export function normalise(written: WrittenDocument, conversions: Conversion[]): PolicyDocument {
  const rule = (name: string, path: JsonPath, from: WrittenRule) => normaliseRule(name, path, from, conversions);
  return {
    version: '1',
    default: written.default,
    mode: written.mode ?? 'enforce',
    hide: [...(written.hide ?? [])],
    methods: new Map(Object.entries(written.methods ?? {})),
    allTools: written.all_tools ? rule('all_tools', ['all_tools'], written.all_tools) : null,
    tools: new Map(Object.entries(written.tools ?? {}).map(([name, from]) => [name, rule(name, ['tools', name], from)])),
  };
}

function normaliseRule(name: string, path: JsonPath, from: WrittenRule, conversions: Conversion[]): PolicyRule {
  const limits: PolicyLimit[] = [];
  const concurrency: PolicyConcurrency[] = [];
  for (const [index, limit] of (from.limits ?? []).entries()) {
    const at = [...path, 'limits', index];
    if ('concurrency' in limit) concurrency.push({ pointer: toPointer(at), concurrency: limit.concurrency, scope: limit.scope ?? 'grant' });
    else limits.push(normaliseLimit(at, limit, conversions));
  }
  if (from.rate_limit !== undefined) limits.push(rateLimit(name, [...path, 'rate_limit'], from.rate_limit, conversions));
  return {
    pointer: toPointer(path),
    action: from.action ?? 'allow',
    reason: from.reason ?? null,
    require: entries([...path, 'require'], from.require),
    denyIf: entries([...path, 'deny_if'], from.deny_if),
    approveIf: approvals([...path, 'approve_if'], from.approve_if),
    limits,
    concurrency,
    mode: from.mode ?? 'enforce',
  };
}

function entries(path: JsonPath, written: WrittenRule['require']): PolicyEntry[] {
  return (written ?? []).map((entry, index) => {
    const at = [...path, index];
    if (!('conditions' in entry)) return { pointer: toPointer(at), conditions: [condition(at, entry)], message: null };
    return { pointer: toPointer(at), conditions: conditions(at, entry.conditions), message: entry.on_deny ?? null };
  });
}

function approvals(path: JsonPath, written: WrittenRule['approve_if']): PolicyApproval[] {
  return (written ?? []).map((entry, index) => {
    const at = [...path, index];
    const bare = { pointer: toPointer(at), message: null, timeoutMs: DEFAULT_APPROVAL_MS, approvals: 1, excludeRequester: false };
    if (!('conditions' in entry)) return { ...bare, conditions: [condition(at, entry)] };
    const timeoutMs = entry.timeout === undefined ? bare.timeoutMs : parseWindow(entry.timeout)!;
    return {
      ...bare,
      conditions: conditions(at, entry.conditions),
      message: entry.message ?? null,
      timeoutMs,
      approvals: entry.approvals ?? 1,
      excludeRequester: entry.exclude_requester ?? false,
    };
  });
}

const conditions = (path: JsonPath, written: WrittenCondition[]): PolicyCondition[] =>
  written.map((each, index) => condition([...path, 'conditions', index], each));

const condition = (path: JsonPath, { path: names, op, value, match }: WrittenCondition): PolicyCondition => ({
  pointer: toPointer(path),
  path: names,
  op,
  value: op === 'exists' ? (value ?? true) : value,
  match: match ?? null,
});

function normaliseLimit(path: JsonPath, from: WrittenCounterLimit, conversions: Conversion[]): PolicyLimit {
  for (const key of ['incrementFrom', 'increment_from'] as const) {
    if (from[key] !== undefined) conversions.push({ pointer: toPointer([...path, key]), message: `Read as "by": "${from[key]}"` });
  }
  return {
    pointer: toPointer(path),
    counter: from.counter,
    windowMs: parseWindow(from.window)!,
    ...maximum(from.max),
    scope: from.scope ?? 'grant',
    by: from.by ?? from.incrementFrom ?? from.increment_from ?? null,
    onUnavailable: from.on_unavailable ?? 'deny',
    refundOn: [...new Set(from.refund_on ?? [])],
  };
}

function maximum(max: number): { max: number; maxMicros: number } {
  const read = toMicros(max);
  if (!read.ok) throw new Error(`The maximum ${max} ${read.problem}`);
  return { max: max === 0 ? 0 : max, maxMicros: read.micros };
}

function rateLimit(name: string, path: JsonPath, from: NonNullable<WrittenRule['rate_limit']>, conversions: Conversion[]): PolicyLimit {
  const { max, windowMs } = typeof from === 'string' ? parseRate(from)! : { max: from.max, windowMs: parseWindow(from.window)! };
  const counter = rateCounter(name);
  const limit = { counter, window: writeWindow(windowMs), max, scope: 'grant' };
  conversions.push({ pointer: toPointer(path), message: `Read as the limit ${JSON.stringify(limit)}` });
  return { pointer: toPointer(path), counter, windowMs, ...maximum(max), scope: 'grant', by: null, onUnavailable: 'deny', refundOn: [] };
}

const MAX_COUNTER = 128;

/** `<tool>_rate`. */
export const rateCounter = (tool: string): string => counterName('', tool, '_rate');

/** What a counter's name cannot hold of a tool's is written as its code point, and a name too long is told apart by a hash of it. */
export function counterName(prefix: string, tool: string, suffix: string): string {
  const room = MAX_COUNTER - prefix.length - suffix.length;
  const name = [...tool].map((char) => (/[A-Za-z0-9_.:-]/.test(char) ? char : `:${char.codePointAt(0)!.toString(16)}:`)).join('');
  if (name.length <= room) return `${prefix}${name}${suffix}`;
  let hash = 0xcbf29ce484222325n;
  for (let index = 0; index < tool.length; index++) hash = BigInt.asUintN(64, (hash ^ BigInt(tool.charCodeAt(index))) * 0x100000001b3n);
  return `${prefix}${name.slice(0, room - 17)}:${hash.toString(16).padStart(16, '0')}${suffix}`;
}
