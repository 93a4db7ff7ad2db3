'use client';
import { type ReactNode, useRef } from 'react';
import { VisibleText } from '@/components/visible-text';
import type { ToolRow } from './tool-rows.ts';
import { useNear } from './use-near.ts';

/** The place of a row or card in a long list: its words at once, so that they are found and read; its controls when it comes near. */
export function RowSlot({ row, atOnce, className, children }: { row: ToolRow; atOnce: boolean; className: string; children: ReactNode }) {
  const place = useRef<HTMLLIElement>(null);
  const near = useNear(place, atOnce);
  if (near) return children;
  return (
    <li ref={place} className={className}>
      <span className="break-all font-mono text-sm">
        <VisibleText text={row.name} />
      </span>
      <p className="text-muted text-xs">{row.says}</p>
    </li>
  );
}
