'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { readPolicy } from '@toolgate/policy/read';
import { useDeferredValue, useMemo } from 'react';
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
}

interface RuleRows {
  groups: readonly (readonly [RowGroup, ToolRow[]])[];
  rows: readonly ToolRow[];
  changes: ReadonlySet<string>;
}

/** The rows that are searched for and not filtered out, by group, and what the draft changes. */
export function useRuleRows({ document, base, tools, query, filters }: Asked): RuleRows {
  const wanted = useDeferredValue(query);
  const all = useMemo(() => toolRows(document, tools), [document, tools]);
  const before = useMemo(() => readPolicy(base), [base]);
  const compared = useDeferredValue(document);
  const changes = useMemo(
    () => (before.ok ? changedNames(before.document, compared, tools) : new Set<string>()),
    [before, compared, tools],
  );
  const groups = useMemo(
    () => [...all].map(([group, rows]) => [group, filterRows(searchRows(rows, wanted), filters, changes)] as const),
    [all, wanted, filters, changes],
  );
  const rows = useMemo(() => groups.flatMap(([, found]) => found), [groups]);
  return { groups, rows, changes };
}
