'use client';
import { useCallback, useEffect, useReducer, useRef, useState } from 'react';
import { editDraft, openDraft } from './draft.ts';
import { formatSource } from './format-source.ts';
import type { Edit } from './rule-form/edit.ts';

/** The version that the draft began from. */
export interface Base {
  version: number;
  source: string;
}

/** One draft, edited as text or row by row; kept for this tab until it is published or thrown away. `ready`: what was kept is in it. */
export function usePolicyDraft(policyId: string, saved: Base) {
  const [base, setBase] = useState(saved);
  const [draft, dispatch] = useReducer(editDraft, saved.source, openDraft);
  const [restored, setRestored] = useState(false);
  const source = useRef(draft.source);
  source.current = draft.source;
  const key = `toolgate-draft:${policyId}`;
  const dirty = draft.source !== base.source;

  const opened = useRef(false);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    // Only when the page opens: what was kept is older than anything done since.
    if (opened.current) return;
    opened.current = true;
    setReady(true);
    const kept = readKept(key);
    if (kept === null || kept.source === saved.source) return;
    setBase({ version: kept.version, source: kept.base });
    dispatch({ kind: 'text', source: kept.source });
    setRestored(true);
  }, [key, saved.source]);

  useEffect(() => {
    if (dirty) keep(key, { version: base.version, base: base.source, source: draft.source });
    else keep(key, null);
  }, [key, dirty, base, draft.source]);

  const setText = useCallback((text: string) => dispatch({ kind: 'text', source: text }), []);
  const edit = useCallback<Edit>((change, about) => {
    dispatch({ kind: 'visual', source: change(source.current), ...(about ? { about } : {}) });
  }, []);
  const layOut = useCallback(() => dispatch({ kind: 'visual', source: formatSource(source.current) }), []);
  const undo = useCallback(() => dispatch({ kind: 'undo' }), []);
  const discard = useCallback(() => {
    setRestored(false);
    dispatch({ kind: 'text', source: base.source });
  }, [base]);
  return { draft, base, dirty, restored, ready, setBase, setText, edit, layOut, undo, discard };
}

interface Kept {
  version: number;
  base: string;
  source: string;
}

function readKept(key: string): Kept | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) ?? 'null') as Partial<Kept> | null;
    return kept && typeof kept.source === 'string' && typeof kept.base === 'string' && typeof kept.version === 'number'
      ? (kept as Kept)
      : null;
  } catch {
    return null;
  }
}

function keep(key: string, kept: Kept | null): void {
  try {
    if (kept) sessionStorage.setItem(key, JSON.stringify(kept));
    else sessionStorage.removeItem(key);
  } catch {
    // Storage that is full or switched off: the draft lives as long as the page.
  }
}
