import { EditedText } from './edited-text.ts';
import { isGlob } from './glob.ts';
import { isObject } from './json.ts';
import { fromPointer } from './pointer.ts';

export type Direction = 'up' | 'down';

/** Gives a rule another name or glob, in its place. Nothing where that name has a rule already, or the old one has none. */
export function renameRule(source: string, name: string, next: string): string {
  const text = new EditedText(source);
  const tools = text.get(['tools']);
  if (next === '' || !isObject(tools) || !Object.hasOwn(tools, name) || Object.hasOwn(tools, next)) return source;
  return text.rename(['tools', name], next).source;
}

/**
 * Lets a glob change places with the glob above or below it: of globs that fit a tool equally well, the first decides. Rules for exact
 * names, which may stand between them, have no order that matters.
 */
export function moveRule(source: string, name: string, direction: Direction): string {
  const text = new EditedText(source);
  const names = text.keys(['tools']);
  const from = names.indexOf(name);
  const others = names.flatMap((other, index) => (isGlob(other) && index !== from ? [index] : []));
  const to = direction === 'up' ? others.findLast((index) => index < from) : others.find((index) => index > from);
  return from < 0 || to === undefined ? source : text.swap(['tools'], from, to).source;
}

/** Moves an entry of "require", "deny_if" or "approve_if" by one: the first that refuses is what the caller is told. */
export function moveEntry(source: string, pointer: string, direction: Direction): string {
  const text = new EditedText(source);
  const path = fromPointer(pointer);
  const list = path.slice(0, -1);
  const from = Number(path.at(-1));
  const to = direction === 'up' ? from - 1 : from + 1;
  const entries = text.get(list);
  if (!Array.isArray(entries) || !(from in entries) || !(to in entries)) return source;
  return text.swap(list, from, to).source;
}
