import { type CompiledPolicy, compilePolicy } from './compile.ts';
import type { PolicyDocument } from './document.ts';
import { explainRule } from './explain.ts';
import { compileGlob, isGlob } from './glob.ts';
import { toPointer } from './pointer.ts';

/** One thing that a document says, and where it says so (RFC 6901). */
export interface Sentence {
  pointer: string;
  text: string;
}

const compiled = new WeakMap<PolicyDocument, CompiledPolicy>();

/** What a document says of one tool, all_tools apart: `get_user is allowed, at most 30 calls per minute per grant, by "get_*".` */
export function explainTool(document: PolicyDocument, tool: string): Sentence {
  const hide = document.hide.findIndex((pattern) => compileGlob(pattern)(tool));
  if (hide >= 0) {
    const pattern = document.hide[hide]!;
    const by = pattern === tool ? '' : `, by "${pattern}"`;
    return { pointer: toPointer(['hide', hide]), text: `${tool} is hidden and denied${by}.` };
  }
  const policy = compiled.get(document) ?? compilePolicy(document);
  compiled.set(document, policy);
  const own = policy.tool(tool).rules.find(({ source }) => source !== document.allTools);
  if (!own)
    return { pointer: '/default', text: `${tool} is ${document.default === 'deny' ? 'denied' : 'allowed'} by default: no rule names it.` };
  const text = explainRule(tool, own.source);
  return { pointer: own.source.pointer, text: own.subject === tool ? text : `${text.replace(/\.$/, '')}, by "${own.subject}".` };
}

/** The whole document in sentences: what holds for all tools, each rule, what is hidden, other methods, and the rest. */
export function explainDocument(document: PolicyDocument): Sentence[] {
  const { allTools, tools, hide, methods } = document;
  return [
    ...explainFrame(document),
    ...[...tools].map(([name, rule]) => ({ pointer: rule.pointer, text: explainRule(name, rule) })),
  ].concat(
    hide.map((pattern, index) => ({ pointer: toPointer(['hide', index]), text: explainHidden(pattern) })),
    [...methods].map(([name, effect]) => ({ pointer: toPointer(['methods', name]), text: explainMethod(name, effect) })),
    [
      {
        pointer: '/default',
        text: `Every ${tools.size + hide.length > 0 || allTools ? 'other ' : ''}tool is ${document.default === 'deny' ? 'denied' : 'allowed'}.`,
      },
    ],
  );
}

/** What a document says of itself and of all tools together. */
export function explainFrame({ mode, allTools }: PolicyDocument): Sentence[] {
  return [
    ...(mode === 'shadow' ? [{ pointer: '/mode', text: 'Nothing is enforced (shadow): decisions are only recorded.' }] : []),
    ...(allTools ? [{ pointer: allTools.pointer, text: explainRule('all tools', allTools) }] : []),
  ];
}

/** An entry of "hide": `delete_* are hidden and denied.` */
export const explainHidden = (pattern: string): string => `${pattern} ${isGlob(pattern) ? 'are' : 'is'} hidden and denied.`;

/** `prompts/* are allowed.` */
export function explainMethod(name: string, effect: 'allow' | 'deny'): string {
  return `${name} ${isGlob(name) ? 'are' : 'is'} ${effect === 'allow' ? 'allowed' : 'denied'}.`;
}
