'use client';
import type { ToolRead } from '@toolgate/services/server/read';
import { useMemo, useState } from 'react';
import { Input } from '@/components/ui/input';
import { RiskBars } from '@/components/ui/risk-bars';
import { Skeleton } from '@/components/ui/skeleton';
import { Table, TableHead, Td, Th, Tr } from '@/components/ui/table';
import { useQueryState } from '@/components/use-query-state';
import { useRowKeys } from '@/components/use-row-keys';
import { VisibleText } from '@/components/visible-text';
import { ToolDrawer } from './tool-drawer';

/** All tools of a server; a row opens its details beside the table. */
export function ToolsTable({
  org,
  tools,
  mayReview,
  discovering,
  discovered,
}: {
  org: string;
  tools: ToolRead[];
  mayReview: boolean;
  discovering: boolean;
  discovered: boolean;
}) {
  const [text, setText] = useState('');
  const [open, setOpen] = useQueryState('tool');
  const shown = useMemo(() => tools.filter((tool) => tool.name.toLowerCase().includes(text.toLowerCase())), [tools, text]);
  const names = useMemo(() => shown.map((tool) => tool.name), [shown]);
  useRowKeys(names, open, setOpen);
  const current = tools.find((tool) => tool.name === open);
  return (
    <section aria-labelledby="tools-heading">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-3">
        <h2 id="tools-heading" className="text-lg">
          Tools <span className="font-normal text-muted">{tools.filter((tool) => tool.state !== 'removed').length || ''}</span>
        </h2>
        {tools.length > 8 && (
          <Input
            data-search
            className="w-60"
            type="search"
            aria-label="Search tools"
            placeholder="Search tools"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </div>
      {tools.length === 0 ? (
        <NoTools discovering={discovering} discovered={discovered} />
      ) : (
        <Table label="Tools">
          <TableHead>
            <Th>Tool</Th>
            <Th>Category</Th>
            <Th>What it says of itself</Th>
            <Th>State</Th>
          </TableHead>
          <tbody>
            {shown.map((tool) => (
              <Tr
                key={tool.id}
                selected={tool.name === open}
                onClick={() => setOpen(tool.name === open ? null : tool.name)}
                className="cursor-pointer"
              >
                <Td mono className="max-w-80">
                  <button
                    type="button"
                    aria-expanded={tool.name === open}
                    onClick={(event) => {
                      event.stopPropagation();
                      setOpen(tool.name === open ? null : tool.name);
                    }}
                    className={`max-w-full clip rounded-[2px] text-left font-medium ${tool.state === 'removed' ? 'text-faint line-through' : ''}`}
                  >
                    <VisibleText text={tool.name} />
                  </button>
                </Td>
                <Td>
                  <RiskBars category={tool.category} risk={tool.risk} />
                  {tool.categoryOverride && <span className="ml-2 text-faint text-xs">set by hand</span>}
                </Td>
                <Td className="max-w-100">
                  <span className="block clip text-muted">
                    <VisibleText text={tool.description.split('\n')[0] ?? ''} />
                  </span>
                </Td>
                <Td className="whitespace-nowrap">
                  {tool.state === 'quarantined' ? (
                    <span className="font-medium text-pending">quarantined</span>
                  ) : (
                    <span className="text-muted">{tool.state}</span>
                  )}
                </Td>
              </Tr>
            ))}
          </tbody>
        </Table>
      )}
      {shown.length === 0 && tools.length > 0 && <p className="mt-3 text-muted text-sm">No tool has “{text}” in its name.</p>}
      {current && <ToolDrawer key={current.id} org={org} tool={current} mayReview={mayReview} onClose={() => setOpen(null)} />}
    </section>
  );
}

function NoTools({ discovering, discovered }: { discovering: boolean; discovered: boolean }) {
  if (!discovering)
    return (
      <p className="text-muted text-sm">
        {discovered ? 'This server offered no tools when it was last asked.' : 'Its tools could not be listed yet.'}
      </p>
    );
  return (
    <div role="status" className="panel overflow-hidden">
      <p className="border-line border-b bg-sunken px-3 py-2 text-muted text-sm">
        Asking the server for its tools. This takes a few seconds.
      </p>
      {['w-40', 'w-48', 'w-32'].map((width) => (
        <div key={width} className="flex h-9 items-center gap-8 border-line border-b px-3 last:border-b-0">
          <Skeleton className={`h-3 ${width}`} />
          <Skeleton className="h-3 w-20" />
        </div>
      ))}
    </div>
  );
}
