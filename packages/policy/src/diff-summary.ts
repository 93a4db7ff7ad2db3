import type { PolicyDiff, ToolChange } from './diff.ts';
import { isGlob } from './glob.ts';

/** One sentence without its full stop: `widens access: +1 tool allowed; narrows access: 1 limit lowered`. */
export function summariseDiff(diff: Omit<PolicyDiff, 'summary'>): string {
  const parts = [
    part(diff.widens, diff.mayWiden, 'widens access', 'may widen access', gained(diff)),
    part(diff.narrows, diff.mayNarrow, 'narrows access', 'may narrow access', lost(diff)),
  ].filter((each) => each !== null);
  return parts.join('; ') || 'no change of access';
}

function part(certain: boolean, possible: boolean, says: string, hedges: string, reasons: string[]): string | null {
  if (!certain && !possible) return null;
  return `${certain ? says : hedges}: ${reasons.join(', ') || 'rules changed'}`;
}

function gained({ tools, limits, methods }: Omit<PolicyDiff, 'summary'>): string[] {
  const opened = tools.filter((tool) => tool.widens !== 'no' && tool.isOpen && !tool.wasOpen);
  const changed = tools.filter((tool) => tool.widens !== 'no' && tool.wasOpen);
  return [
    ...counted('+', opened, 'allowed'),
    ...limitWords(limits, ['raised', 'removed', 'changed']),
    ...rulesOf(changed, limits),
    ...methodWords('+', methods.filter(({ after }) => after === 'allow').length),
  ];
}

function lost({ tools, limits, methods }: Omit<PolicyDiff, 'summary'>): string[] {
  const closed = tools.filter((tool) => tool.narrows !== 'no' && tool.wasOpen && !tool.isOpen);
  const changed = tools.filter((tool) => tool.narrows !== 'no' && tool.isOpen);
  return [
    ...counted('−', closed, 'allowed'),
    ...limitWords(limits, ['lowered', 'added', 'changed']),
    ...rulesOf(changed, limits),
    ...methodWords('−', methods.filter(({ after }) => after === 'deny').length),
  ];
}

function counted(sign: string, tools: ToolChange[], what: string): string[] {
  const named = tools.filter(({ tool }) => !isGlob(tool)).length;
  const globs = tools.filter(({ tool }) => isGlob(tool) && tool !== '*').length;
  return [
    ...(named > 0 ? [`${sign}${named} ${named === 1 ? 'tool' : 'tools'} ${what}`] : []),
    ...(globs > 0 ? [`${sign}${globs} ${globs === 1 ? 'pattern' : 'patterns'} of tools ${what}`] : []),
    ...(tools.some(({ tool }) => tool === '*') ? [`${sign}every other tool ${what}`] : []),
  ];
}

function limitWords(limits: PolicyDiff['limits'], kinds: string[]): string[] {
  return kinds.flatMap((kind) => {
    const count = limits.filter(({ change }) => change === kind).length;
    return count > 0 ? [`${count} ${count === 1 ? 'limit' : 'limits'} ${kind}`] : [];
  });
}

/** Tools of which something else than a limit of their own changed. */
function rulesOf(changed: ToolChange[], limits: PolicyDiff['limits']): string[] {
  const rest = changed.filter(({ tool }) => !limits.some((limit) => limit.tool === tool || limit.tool === 'all tools')).length;
  return rest > 0 ? [`rules of ${rest} ${rest === 1 ? 'tool' : 'tools'} changed`] : [];
}

const methodWords = (sign: string, count: number): string[] =>
  count > 0 ? [`${sign}${count} ${count === 1 ? 'method' : 'methods'} allowed`] : [];
