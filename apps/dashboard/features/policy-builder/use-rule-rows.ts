'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { readPolicy } from '@toolgate/policy/read';
import { useDeferredValue, useMemo, useRef } from 'react';
import type { BuilderTool } from './builder-tool.ts';
import { changedNames, filterRows, type RowFilters } from './filter-rows.ts';
import { type RowGroup, searchRows, type ToolRow, toolRows } from './tool-rows.ts';

interface Asked {
  document: PolicyDocument;
  /** The text that the draft began from. */
  base: string;
  tools: readonly BuilderTool[];
  query: string;
  filters: RowFilters;
  /** Whose rule no call met; null: not known. */
  unused: ReadonlySet<string> | null;
}

interface RuleRows {
  /** All rows, by group; the same objects until the document changes. */
  groups: ReadonlyMap<RowGroup, ToolRow[]>;
  /** The rows that are searched for and not filtered out. */
  found: readonly ToolRow[];
  /** Their names. */
  shown: ReadonlySet<string>;
  /** The names of which the draft says something else. */
  changes: ReadonlySet<string>;
}

/** The rows of the draft, which of them are searched for, and what the draft changes. */
export function useRuleRows({ document, base, tools, query, filters, unused }: Asked): RuleRows {
  const wanted = useDeferredValue(query);
  const groups = useMemo(() => toolRows(document, tools), [document, tools]);
  const before = useMemo(() => readPolicy(base), [base]);
  const compared = useDeferredValue(document);
  const changes = useMemo(
    () => (before.ok ? changedNames(before.document, compared, tools) : new Set<string>()),
    [before, compared, tools],
  );
  const found = useMemo(
    () => filterRows(searchRows([...groups.values()].flat(), wanted), filters, { changes, unused }),
    [groups, wanted, filters, changes, unused],
  );
  return { groups, found, shown: useNames(found), changes };
}

/** The names of rows: the same set while they are the same, so that a key that changes nothing draws nothing. */
function useNames(rows: readonly ToolRow[]): ReadonlySet<string> {
  const before = useRef<ReadonlySet<string>>(new Set());
  return useMemo(() => {
    if (rows.length !== before.current.size || !rows.every(({ name }) => before.current.has(name)))
      before.current = new Set(rows.map(({ name }) => name));
    return before.current;
  }, [rows]);
}
