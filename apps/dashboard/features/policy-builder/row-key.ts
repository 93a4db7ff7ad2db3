import { isGlob } from '@toolgate/policy/glob';
import type { KeyboardEvent } from 'react';
import { shortcutsAreOn } from '@/components/shell/shortcuts-setting';
import { CHOICES, type Choice } from './rule-edit.ts';
import type { ToolRow } from './tool-rows.ts';

/** What a key asks for while a control of a row has the focus: 1 to 5 choose, X selects, F2 renames, Alt with an arrow moves a pattern. */
export function rowKey(event: KeyboardEvent, { name, rule }: ToolRow): Choice | 'select' | 'rename' | 'up' | 'down' | null {
  const { target, key } = event;
  const typing = target instanceof HTMLElement && /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  const checkbox = target instanceof HTMLInputElement && target.type === 'checkbox';
  const inMenu = target instanceof HTMLElement && target.closest('[role=menu]') !== null;
  if ((typing && !checkbox) || inMenu || event.ctrlKey || event.metaKey || !shortcutsAreOn()) return null;
  if (event.altKey) return rule && isGlob(name) ? (key === 'ArrowUp' ? 'up' : key === 'ArrowDown' ? 'down' : null) : null;
  if (key === 'F2') return rule ? 'rename' : null;
  return key === 'x' ? 'select' : (CHOICES[Number(key) - 1] ?? null);
}
