'use client';
import { Search } from 'lucide-react';
import { memo, type ReactNode } from 'react';
import { Input } from '@/components/ui/input';
import { SegmentedControl } from '@/components/ui/segmented-control';

export type RulesAs = 'table' | 'board';
const VIEWS: readonly { value: RulesAs; label: string }[] = [
  { value: 'table', label: 'Table' },
  { value: 'board', label: 'Board' },
];

/** Which rules are shown, and how. */
export function RulesToolbar({
  query,
  onQuery,
  filter,
  mark,
  view,
  onView,
}: {
  query: string;
  onQuery(query: string): void;
  filter: ReactNode;
  /** What the numbers in the table are. */
  mark: ReactNode;
  view: RulesAs;
  onView(view: RulesAs): void;
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <span className="relative min-w-0 flex-1 basis-40 max-sm:basis-full sm:max-w-72">
        <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-faint" />
        <Input
          type="search"
          data-search
          aria-label="Search tools"
          placeholder="Search tools"
          value={query}
          onChange={(event) => onQuery(event.target.value)}
          className="pl-8"
        />
      </span>
      {filter}
      <span className="ml-auto flex items-center gap-3">
        {mark}
        <ViewChoice view={view} onView={onView} />
      </span>
    </div>
  );
}

const ViewChoice = memo(function ViewChoice({ view, onView }: { view: RulesAs; onView(view: RulesAs): void }) {
  return <SegmentedControl<RulesAs> label="Rules as" size="sm" value={view} onChange={onView} options={VIEWS} />;
});
