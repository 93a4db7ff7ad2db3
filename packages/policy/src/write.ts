import type { PolicyCondition, PolicyDocument, PolicyEntry, PolicyRule } from './document.ts';
import type { JsonObject } from './json.ts';
import { writeWindow } from './window.ts';

/** A document in the language's own words: no dialects, defaults left out. Reading it gives the same document, pointers of dialects apart. */
export function writePolicy(document: PolicyDocument): string {
  const tools = [...document.tools].map(([name, rule]) => [name, rule] as const);
  const frame = {
    version: document.version,
    default: document.default,
    ...(document.mode === 'shadow' ? { mode: document.mode } : {}),
    ...(document.hide.length > 0 ? { hide: document.hide } : {}),
    ...(document.methods.size > 0 ? { methods: record([...document.methods]) } : {}),
    ...(document.allTools ? { all_tools: writeRule(document.allTools) } : {}),
    tools: record(tools.map(([name, rule]) => [name, writeRule(rule)])),
  };
  return `${JSON.stringify(frame, null, 2)}\n`;
}

/** Without a prototype, so that `__proto__` is a name like any other. */
function record(entries: [string, unknown][]): JsonObject {
  const made = Object.create(null) as JsonObject;
  for (const [name, value] of entries) made[name] = value as JsonObject;
  return made;
}

function writeRule(rule: PolicyRule): JsonObject {
  const lists = {
    require: rule.require.map((entry) => writeEntry(entry, 'on_deny')),
    deny_if: rule.denyIf.map((entry) => writeEntry(entry, 'on_deny')),
    approve_if: rule.approveIf.map((entry) => ({
      ...writeEntry(entry, 'message'),
      timeout: `${entry.timeoutMs / 1000}s`,
      approvals: entry.approvals,
      ...(entry.excludeRequester ? { exclude_requester: true } : {}),
    })),
    limits: [...rule.limits.map(writeLimit), ...rule.concurrency.map(({ concurrency, scope }) => ({ concurrency, scope }))],
  };
  return {
    ...(rule.action === 'allow' ? {} : { action: rule.action }),
    ...(rule.reason === null ? {} : { reason: rule.reason }),
    ...Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0)),
    ...(rule.mode === 'shadow' ? { mode: rule.mode } : {}),
  } as JsonObject;
}

function writeEntry(entry: PolicyEntry, messageKey: 'on_deny' | 'message'): JsonObject {
  const conditions = entry.conditions.map(writeCondition);
  return { conditions, ...(entry.message === null ? {} : { [messageKey]: entry.message }) };
}

const writeCondition = ({ path, op, value, match }: PolicyCondition): JsonObject =>
  ({ path, op, value, ...(match === null ? {} : { match }) }) as JsonObject;

function writeLimit(limit: PolicyRule['limits'][number]): JsonObject {
  return {
    counter: limit.counter,
    window: writeWindow(limit.windowMs),
    max: limit.max,
    scope: limit.scope,
    ...(limit.by === null ? {} : { by: limit.by }),
    ...(limit.onUnavailable === 'deny' ? {} : { on_unavailable: limit.onUnavailable }),
    ...(limit.refundOn.length > 0 ? { refund_on: limit.refundOn } : {}),
  };
}
