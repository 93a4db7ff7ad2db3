'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { explainRule } from '@toolgate/policy/explain';
import { Search } from 'lucide-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { Input } from '@/components/ui/input';
import { SegmentedControl } from '@/components/ui/segmented-control';
import type { BuilderTool } from './builder-tool.ts';
import { documentOnly, type Note, notesOn } from './notes.ts';
import type { RuleEdit } from './rule-edit.ts';
import { RuleRow } from './rule-row.tsx';
import { type RowGroup, searchRows, type ToolRow, toolRows } from './tool-rows.ts';

interface Props {
  document: PolicyDocument;
  tools: BuilderTool[];
  notes: Note[];
  disabled: boolean;
  onEdit(row: ToolRow, edit: RuleEdit): void;
  onDefault(value: 'deny' | 'allow'): void;
  onShow(pointer: string): void;
}

const GROUP_NAMES: Record<RowGroup, string> = {
  Critical: 'Critical risk',
  High: 'High risk',
  Medium: 'Medium risk',
  Low: 'Low risk',
  Patterns: 'Patterns',
  Elsewhere: 'Not on these servers',
};
const NO_NOTES: Note[] = [];
const MANY = 60;

/** Without a server nothing can be missing from it. */
const groupName = (group: RowGroup, tools: BuilderTool[]): string =>
  group === 'Elsewhere' && tools.length === 0 ? 'Rules' : GROUP_NAMES[group];

/** The document as a table: the default, what holds for all, and a row for each tool. */
export function RuleTable({ document, tools, notes, disabled, onEdit, onDefault, onShow }: Props) {
  const [query, setQuery] = useState('');
  const wanted = useDeferredValue(query);
  const groups = useMemo(
    () => [...toolRows(document, tools)].map(([group, rows]) => [group, searchRows(rows, wanted)] as const),
    [document, tools, wanted],
  );
  const found = groups.reduce((sum, [, rows]) => sum + rows.length, 0);
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
        <div className="flex flex-wrap items-center gap-2 text-sm">
          Tools without a rule are
          <SegmentedControl
            label="Tools without a rule"
            size="sm"
            value={document.default}
            onChange={onDefault}
            options={[
              { value: 'deny', label: 'Denied', disabled },
              { value: 'allow', label: 'Allowed', disabled },
            ]}
          />
        </div>
        <span className="relative min-w-0 flex-1 basis-44 sm:max-w-60">
          <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
          <Input
            type="search"
            data-search
            aria-label="Search tools"
            placeholder="Search tools"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            className="pl-8"
          />
        </span>
      </div>
      <DocumentNotes document={document} notes={notes} onShow={onShow} />
      {groups.map(([group, rows]) =>
        rows.length === 0 ? null : (
          <section key={group} aria-label={groupName(group, tools)} className="panel overflow-hidden">
            <h2 className="flex justify-between border-line border-b bg-sunken px-3 py-1.5 font-medium text-muted text-xs">
              {groupName(group, tools)}
              <span className="font-normal">{rows.length}</span>
            </h2>
            <ul>
              {rows.map((row) => (
                <RuleRow
                  key={row.name}
                  row={row}
                  fallback={document.default}
                  warnings={row.rule ? notesOn(notes, row.rule.pointer) : NO_NOTES}
                  disabled={disabled}
                  many={found > MANY}
                  onEdit={onEdit}
                  onShow={onShow}
                />
              ))}
            </ul>
          </section>
        ),
      )}
      {found === 0 && (
        <p className="panel px-3 py-6 text-center text-muted text-sm">
          {wanted ? `No tool matches “${wanted}”.` : 'No tools yet: choose a server above, or write rules in the JSON.'}
        </p>
      )}
    </div>
  );
}

/** What the document says beside its tools, and what is doubtful about that. */
function DocumentNotes({ document, notes, onShow }: Pick<Props, 'document' | 'notes' | 'onShow'>) {
  const said: [string, string][] = [];
  if (document.allTools) said.push(['/all_tools', explainRule('all tools', document.allTools)]);
  if (document.hide.length > 0) said.push(['/hide', `Hidden names: ${document.hide.join(', ')}.`]);
  for (const [method, effect] of document.methods) said.push(['/methods', `${method}: ${effect === 'allow' ? 'allowed' : 'denied'}.`]);
  const doubts = documentOnly(notes);
  if (said.length + doubts.length === 0) return null;
  return (
    <ul className="grid gap-1 text-sm">
      {doubts.map(({ pointer, message, blocking }) => (
        <li key={pointer + message} className={blocking ? 'text-denied' : 'text-limited'}>
          <span aria-hidden="true">{blocking ? '✕' : '▲'} </span>
          {message}. <Show pointer={pointer} onShow={onShow} />
        </li>
      ))}
      {said.map(([pointer, text]) => (
        <li key={text} className="text-muted">
          {text} <Show pointer={pointer} onShow={onShow} />
        </li>
      ))}
    </ul>
  );
}

const Show = ({ pointer, onShow }: { pointer: string; onShow(pointer: string): void }) => (
  <button type="button" onClick={() => onShow(pointer)} className="link" aria-label={`Show ${pointer} in the JSON`}>
    Show
  </button>
);
