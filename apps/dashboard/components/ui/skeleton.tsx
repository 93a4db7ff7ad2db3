import { classNames } from '../class-names';

/** A place that something will take: give it the size of what comes. */
export const Skeleton = ({ className }: { className?: string }) => (
  <span aria-hidden="true" className={classNames('block animate-pulse-dot rounded-control bg-hover', className)} />
);

/** The layout of a page with a header and a table, while it loads. */
export function PageSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <div role="status" aria-label="Loading" className="grid animate-appear gap-5">
      <h1 className="sr-only">Loading</h1>
      <div className="flex items-start justify-between">
        <div className="grid gap-2">
          <Skeleton className="h-7 w-44" />
          <Skeleton className="h-4 w-72 max-w-[60vw]" />
        </div>
        <Skeleton className="h-8 w-28" />
      </div>
      <div className="panel overflow-hidden">
        <div className="h-8 border-line border-b bg-sunken" />
        {Array.from({ length: rows }, (_, row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike.
          <div key={row} className="flex h-9 items-center gap-6 border-line border-b px-3 last:border-b-0">
            <Skeleton className="h-3 w-40" />
            <Skeleton className="h-3 w-24" />
            <Skeleton className="ml-auto h-3 w-16" />
          </div>
        ))}
      </div>
    </div>
  );
}
