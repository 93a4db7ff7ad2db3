import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { call, pattern, source, type Written, written } from '../testdata/arbitrary.ts';
import type { PolicyCall } from './call.ts';
import { compilePolicy } from './compile.ts';
import { decide, lists } from './decide.ts';
import type { PolicyDocument } from './document.ts';
import { editPolicy, type PolicyChange } from './edit.ts';
import { readPolicy } from './read.ts';
import { writePolicy } from './write.ts';

function read(text: string): PolicyDocument {
  const result = readPolicy(text);
  if (!result.ok) throw new Error(JSON.stringify(result.errors));
  return result.document;
}

const effect = (document: Written, made: PolicyCall) => decide(compilePolicy(read(source(document))), made).effect;
const RUNS = { numRuns: 1_000 };

describe('for any document and call', () => {
  it('adding a deny never allows more', () => {
    fc.assert(
      fc.property(written, call, pattern, (document, made, denied) => {
        fc.pre(effect(document as Written, made) !== 'allow');
        const more = { ...(document as Written), all_tools: { ...(document.all_tools ?? {}), deny_if: [{ conditions: [] }] } };
        expect(effect(more, made)).not.toBe('allow');
        const hidden = { ...(document as Written), hide: [...(document.hide ?? []), denied] };
        expect(effect(hidden, made)).not.toBe('allow');
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

  it('removing an exact tool from a default-deny document without globs never allows more', () => {
    fc.assert(
      fc.property(written, call, fc.nat(), (document, made, index) => {
        const tools = (document as Written).tools.filter(([key]) => !key.includes('*'));
        fc.pre(tools.length > 0);
        const before = { ...(document as Written), default: 'deny', tools };
        fc.pre(effect(before, made) !== 'allow');
        expect(effect({ ...before, tools: tools.filter((_, at) => at !== index % tools.length) }, made)).not.toBe('allow');
      }),
      RUNS,
    );
  });

  it('a tool is listed if and only if it is not denied at steps 1 to 6', () => {
    const early = new Set(['paused', 'no_policy', 'policy_unreadable', 'tool_quarantined', 'hidden', 'default_deny', 'denied']);
    fc.assert(
      fc.property(written, call, (document, made) => {
        const policy = compilePolicy(read(source(document as Written)));
        expect(lists(policy, made.tool, made.paused)).toBe(!early.has(decide(policy, made).code));
      }),
      RUNS,
    );
  });

  it('normalising is idempotent, and the normal form decides alike', () => {
    fc.assert(
      fc.property(written, call, (document, made) => {
        const first = read(source(document as Written));
        const text = writePolicy(first);
        const second = read(text);
        expect(writePolicy(second)).toBe(text);
        const [a, b] = [first, second].map((each) => decide(compilePolicy(each), made));
        expect([b!.effect, b!.code, b!.message]).toEqual([a!.effect, a!.code, a!.message]);
      }),
      RUNS,
    );
  });

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
