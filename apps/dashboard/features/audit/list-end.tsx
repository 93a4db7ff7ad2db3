'use client';
import { Button } from '@/components/ui/button';
import { Spinner } from '@/components/ui/spinner';
import { exactText } from './count-text.ts';
import type { EventList } from './event-list.ts';

interface Props {
  list: EventList;
  searching: boolean;
  onOlder(): void;
  onStop(): void;
}

/** Below the list: how much of the log it is, and the way to the rest. Nothing is counted for it. */
export function ListEnd({ list, searching, onOlder, onStop }: Props) {
  const { shown, more, from, to } = list;
  if (shown.length === 0 && !more) return null;
  const back = `Looked through ${exactText(Math.max(0, to - from + 1))} events, down to number ${exactText(from)}`;
  return (
    <div className="mt-3 flex min-h-8 flex-wrap items-center justify-between gap-3 text-muted text-sm">
      <span className="inline-flex items-center gap-2" role="status">
        {searching && <Spinner />}
        {searching
          ? `${back} …`
          : more
            ? shown.length < 10
              ? `${back}.`
              : `The newest ${exactText(shown.length)} that match`
            : `All ${exactText(shown.length)} that match`}
      </span>
      {searching ? (
        <Button size="sm" onClick={onStop}>
          Stop
        </Button>
      ) : (
        more && (
          <Button size="sm" onClick={onOlder}>
            Older events
          </Button>
        )
      )}
    </div>
  );
}
