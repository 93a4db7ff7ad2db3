import type { PolicyMode } from './document.ts';
import { addTo, readPlace, setMembers, setPlace } from './edit-place.ts';
import { toPointer } from './pointer.ts';

/** Pointer of the rule of a name under "tools"; null: of all_tools. */
export const rulePointer = (name: string | null): string => (name === null ? '/all_tools' : toPointer(['tools', name]));

/** Action, reason and mode of a rule as they are meant; what is the default is not written. Conditions and limits stay. */
export function setRule(
  source: string,
  rule: string,
  changes: { action?: 'allow' | 'deny' | 'hide'; reason?: string; mode?: PolicyMode },
): string {
  const { action, reason, mode } = changes;
  return setMembers(source, rule, {
    ...(action === undefined ? {} : { action: action === 'allow' ? undefined : action }),
    ...(reason === undefined ? {} : { reason: reason || undefined }),
    ...(mode === undefined ? {} : { mode: mode === 'enforce' ? undefined : mode }),
  });
}

/** A rule that denies, for a name or glob that has none: adding it never allows anything. */
export function addRule(source: string, name: string | null): string {
  const pointer = rulePointer(name);
  if (readPlace(source, pointer) !== undefined) return source;
  return setPlace(source, pointer, name === null ? {} : { action: 'deny' });
}

/** Adds a name or glob to what is hidden. */
export function addHidden(source: string, pattern: string): string {
  const hidden = readPlace(source, '/hide');
  return Array.isArray(hidden) && hidden.includes(pattern) ? source : addTo(source, '/hide', pattern);
}

/** What happens to a method or glob of methods; null: it is not named any more. */
export function setMethod(source: string, method: string, effect: 'allow' | 'deny' | null): string {
  return setPlace(source, toPointer(['methods', method]), effect ?? undefined);
}
