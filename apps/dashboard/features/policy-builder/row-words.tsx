import { memo } from 'react';
import { VisibleText } from '@/components/visible-text';
import type { ToolRow } from './tool-rows.ts';

/** What a row or card of a long list is until it comes near: its words, so that they are found and read. */
export const RowWords = memo(function RowWords({ row }: { row: ToolRow }) {
  return (
    <>
      <span className="break-all font-mono text-sm">
        <VisibleText text={row.name} />
      </span>
      <p className="text-muted text-xs">{row.says}</p>
    </>
  );
});
