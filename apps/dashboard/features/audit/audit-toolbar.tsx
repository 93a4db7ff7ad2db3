'use client';
import { Download, Pause, Play } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { LiveDot, type LiveState } from '@/components/ui/live-dot';
import { Menu, MenuItem } from '@/components/ui/menu';
import { Tooltip } from '@/components/ui/tooltip';

interface Props {
  /** Null: the list ends in the past, nothing new can come. */
  live: LiveState | null;
  onPause(paused: boolean): void;
  /** Null: this member may not export, or there is a part of the query that would not hold. */
  onExport: ((format: 'csv' | 'jsonl') => void) | null;
}

export function AuditToolbar({ live, onPause, onExport }: Props) {
  const paused = live === 'paused';
  return (
    <div className="flex items-center gap-3">
      {live && (
        <Tooltip text={paused ? 'Follow new events' : 'Stop following new events'} shortcut="L">
          <button
            type="button"
            aria-pressed={!paused}
            onClick={() => onPause(!paused)}
            className="inline-flex h-8 items-center gap-2 rounded-control px-2 hover:bg-hover coarse:h-10"
          >
            {paused ? (
              <Play aria-hidden="true" className="size-3.5 text-muted" />
            ) : (
              <Pause aria-hidden="true" className="size-3.5 text-muted" />
            )}
            <LiveDot state={live} />
          </button>
        </Tooltip>
      )}
      {onExport && (
        <Menu
          trigger={
            <Button data-export>
              <Download aria-hidden="true" /> Export
            </Button>
          }
        >
          <MenuItem onSelect={() => onExport('csv')}>CSV of what is shown</MenuItem>
          <MenuItem onSelect={() => onExport('jsonl')}>JSONL, which can be verified offline</MenuItem>
        </Menu>
      )}
    </div>
  );
}
