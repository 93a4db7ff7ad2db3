import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyWritten, call, METHODS, pattern, source, type Written, written } from '../testdata/arbitrary.ts';
import type { PolicyCall } from './call.ts';
import { compilePolicy } from './compile.ts';
import { compileCondition } from './condition.ts';
import { decide, decideMethod, lists } from './decide.ts';
import type { PolicyDocument, PolicyEntry, PolicyRule } from './document.ts';
import { editPolicy, type PolicyChange } from './edit.ts';
import { EditedText } from './edited-text.ts';
import { readPolicy } from './read.ts';
import { DECISION_WORK } from './work.ts';
import { writePolicy } from './write.ts';

function read(text: string): PolicyDocument {
  const result = readPolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.document;
}

const effect = (document: Written, made: PolicyCall) => decide(compilePolicy(read(source(document))), made).effect;
const listOf = (rule: unknown, key: string): unknown[] => (rule as Record<string, unknown[]> | undefined)?.[key] ?? [];
const RUNS = { numRuns: 1_000 };

describe('for any document and call', () => {
  it('adding a deny never allows more', () => {
    fc.assert(
      fc.property(anyWritten, call, pattern, (given, made, denied) => {
        const document = given as Written;
        fc.pre(effect(document, made) !== 'allow');
        const all = { ...(document.all_tools ?? {}), deny_if: [...listOf(document.all_tools, 'deny_if'), { conditions: [] }] };
        expect(effect({ ...document, all_tools: all }, made)).not.toBe('allow');
        expect(effect({ ...document, hide: [...(document.hide ?? []), denied] }, made)).not.toBe('allow');
        const tools = document.tools.filter(([key]) => key !== denied);
        expect(effect({ ...document, tools: [...tools, [denied, { action: 'deny' }]] }, made)).not.toBe('allow');
        const tightened = document.tools.map(([key, rule]): [string, object] => [
          key,
          key === denied ? { ...rule, deny_if: [...listOf(rule, 'deny_if'), { conditions: [] }] } : rule,
        ]);
        expect(effect({ ...document, tools: tightened }, made)).not.toBe('allow');
      }),
      RUNS,
    );
  });

  it('setting the exact entry of a tool to deny never allows it', () => {
    fc.assert(
      fc.property(written, call, (document, made) => {
        const tools = (document as Written).tools.filter(([key]) => key !== made.tool.name);
        expect(effect({ ...(document as Written), tools: [...tools, [made.tool.name, { action: 'deny' }]] }, made)).toBe('deny');
      }),
      RUNS,
    );
  });

  it('removing a tool from a default-deny document never allows more, unless an entry that stays names it too', () => {
    let removedTheirs = 0;
    fc.assert(
      fc.property(anyWritten, call, fc.nat(), (given, made, index) => {
        const document = { ...(given as Written), default: 'deny' };
        const { tools } = document;
        fc.pre(tools.length > 0 && effect(document, made) !== 'allow');
        const removed = index % tools.length;
        const names = (key: string) => new RegExp(`^${key.replaceAll('*', '.*')}$`).test(made.tool.name);
        fc.pre(!names(tools[removed]![0]) || !tools.some(([key], at) => at !== removed && names(key)));
        if (names(tools[removed]![0])) removedTheirs += 1;
        expect(effect({ ...document, tools: tools.filter((_, at) => at !== removed) }, made)).not.toBe('allow');
      }),
      RUNS,
    );
    expect(removedTheirs).toBeGreaterThan(0);
  });

  it('hidden, not listed and not callable are the same', () => {
    const early = new Set(['paused', 'no_policy', 'policy_unreadable', 'tool_quarantined', 'hidden', 'default_deny', 'denied']);
    let hidden = 0;
    fc.assert(
      fc.property(anyWritten, call, (document, made) => {
        const policy = compilePolicy(read(source(document as Written)));
        const listed = lists(policy, made.tool, made.paused);
        const { code, effect: decided } = decide(policy, made);
        expect(listed).toBe(!early.has(code));
        if (!listed) expect(decided).toBe('deny');
        // What is listed is callable: without its conditions and limits, which are about the call and not the tool, it is.
        const bare = (rule: object) => ({ ...rule, require: [], deny_if: [], approve_if: [], limits: [], rate_limit: undefined });
        const { all_tools, tools, ...rest } = document as Written;
        const open: Written = {
          ...rest,
          tools: tools.map(([key, rule]) => [key, bare(rule)]),
          ...(all_tools ? { all_tools: bare(all_tools) } : {}),
        };
        expect(effect(open, made) === 'allow').toBe(listed);
        if (code === 'hidden') hidden += 1;
      }),
      RUNS,
    );
    expect(hidden).toBeGreaterThan(0);
  });

  it('normalising is idempotent, and does not change decisions', () => {
    fc.assert(
      fc.property(anyWritten, call, (document, made) => {
        const first = read(source(document as Written));
        const text = writePolicy(first);
        const second = read(text);
        expect(writePolicy(second)).toBe(text);
        const [a, b] = [first, second].map((each) => {
          const policy = compilePolicy(each);
          const { trace, rule, limit, shadow, charges, leases, shadowCharges = [], shadowLeases = [], ...rest } = decide(policy, made);
          const taken = [...charges, ...shadowCharges].map(({ limit: _, rule: __, ...charge }) => charge);
          const held = [...leases, ...shadowLeases].map(({ rule: _, ...lease }) => lease);
          return {
            ...rest,
            shadow: shadow && { ...shadow, rule: null },
            taken,
            held,
            methods: METHODS.map((method) => decideMethod(policy, method)),
          };
        });
        expect(b).toEqual(a);
      }),
      RUNS,
    );
  });

  it('reading then printing an unchanged document is byte-identical', () => {
    const space = fc.constantFrom('', ' ', '\n', '\t', '  ', '\r\n');
    fc.assert(
      fc.property(anyWritten, fc.array(space, { minLength: 7, maxLength: 7 }), fc.boolean(), (given, spaces, escaped) => {
        const document = given as Written;
        let at = 0;
        // Anywhere between two tokens; texts are left as they are, or spelt as escapes.
        const text = source(document).replace(/"(?:[^"\\]|\\.)*"|[{}[\]:,]/g, (token) => {
          at += 1;
          const spelt = escaped && token === '"deny"' ? '"\\u0064eny"' : token;
          return `${spelt}${spaces[at % spaces.length]}`;
        });
        read(text);
        expect(new EditedText(text).source).toBe(text);
        expect(editPolicy(text, { kind: 'default', value: document.default as 'deny' })).toBe(text);
        if (document.mode === 'shadow') expect(editPolicy(text, { kind: 'mode', value: 'shadow' })).toBe(text);
        const normal = writePolicy(read(text));
        expect(writePolicy(read(normal))).toBe(normal);
      }),
      RUNS,
    );
  });

  it('an unevaluable condition never helps the caller: what passes would pass however it were evaluated', () => {
    const always = (truth: boolean) => ({ path: 'grant.label', op: 'type_is' as const, value: truth ? 'string' : 'number', match: null });
    let replaced = 0;
    fc.assert(
      fc.property(anyWritten, call, fc.infiniteStream(fc.boolean()), (given, made, truths) => {
        const document = read(source(given as Written));
        fc.pre(decide(compilePolicy(document), made).effect === 'allow');
        let unevaluable = 0;
        const guess = (entry: PolicyEntry, quantifier: 'every' | 'some') => ({
          ...entry,
          conditions: entry.conditions.map((condition) => {
            if (compileCondition(condition, quantifier)(made, { left: DECISION_WORK }) !== null) return condition;
            unevaluable += 1;
            return { ...condition, ...always(truths.next().value as boolean) };
          }),
        });
        const settled = (rule: PolicyRule): PolicyRule => ({
          ...rule,
          require: rule.require.map((entry) => guess(entry, 'every')),
          denyIf: rule.denyIf.map((entry) => guess(entry, 'some')),
          approveIf: rule.approveIf.map((entry) => ({ ...entry, ...guess(entry, 'some') })),
        });
        const policy = compilePolicy(document);
        // Only the rules of this tool; those in shadow enforce nothing.
        for (const { source: rule, shadow } of policy.tool(made.tool.name).rules) {
          if (shadow) continue;
          const tools = new Map([...document.tools].map(([name, each]) => [name, each === rule ? settled(each) : each]));
          const allTools = document.allTools === rule ? settled(rule) : document.allTools;
          expect(decide(compilePolicy({ ...document, tools, allTools }), made).effect).toBe('allow');
        }
        if (unevaluable > 0) replaced += 1;
      }),
      { numRuns: 4_000 },
    );
    expect(replaced).toBeGreaterThan(0);
  }, 300_000);

  it('shadow mode denies nothing that the document denies, and records all of it', () => {
    fc.assert(
      fc.property(written, call, (document, made) => {
        const enforced = read(source(document as Written));
        const real = decide(compilePolicy(enforced), made);
        const shadow = decide(compilePolicy({ ...enforced, mode: 'shadow' }), made);
        if (real.code === 'paused' || real.code === 'tool_quarantined') expect(shadow.code).toBe(real.code);
        else {
          expect(shadow.effect).toBe('allow');
          expect(shadow.charges).toEqual([]);
          const { code, rule: pointer } = shadow.shadow ?? { code: 'allowed', rule: null };
          expect([code, pointer]).toEqual([real.code, real.rule]);
        }
      }),
      RUNS,
    );
  });

  it('an edit of one tool changes no other part of the document, in either style of text', () => {
    const change = fc.constantFrom<PolicyChange[]>(
      { kind: 'allow', tool: 'ab' },
      { kind: 'limit', tool: 'ab', window: 'minute', max: 7 },
      { kind: 'deny', tool: 'ab', reason: 'x' },
      { kind: 'hide', tool: 'ab' },
      { kind: 'remove', tool: 'ab' },
    );
    fc.assert(
      fc.property(written, fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), (document, changes, indented) => {
        const compact = source(document as Written);
        const text = indented ? writePolicy(read(compact)) : compact;
        const edited = changes.reduce(editPolicy, text);
        const rest = (from: string) => {
          const { tools, hide, ...others } = JSON.parse(from);
          return [others, (hide ?? []).filter((each: string) => each !== 'ab'), Object.entries(tools).filter(([key]) => key !== 'ab')];
        };
        expect(rest(edited)).toEqual(rest(text));
        const last = changes.at(-1)!;
        const made = JSON.parse(edited).tools.ab;
        if (last.kind === 'remove') expect(made).toBeUndefined();
        else if (last.kind === 'limit') expect(made.limits[0]).toMatchObject({ window: 'minute', max: 7 });
        else expect(made.action ?? 'allow').toBe(last.kind);
      }),
      RUNS,
    );
  });
});
