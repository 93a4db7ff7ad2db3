import type { ReactNode } from 'react';

/** One sentence, one action, one example. The drawing is of this interface: faint strips where rows will be. */
export function EmptyState({
  title,
  children,
  action,
  example,
}: {
  title: string;
  children?: ReactNode;
  action?: ReactNode;
  example?: ReactNode;
}) {
  return (
    <div className="relative overflow-hidden rounded-panel border border-line border-dashed bg-surface">
      <div aria-hidden="true" className="grid gap-px opacity-70 mask-[linear-gradient(to_bottom,black,transparent)]">
        {[38, 52, 30].map((width) => (
          <div key={width} className="flex h-9 items-center gap-4 border-line border-b px-4">
            <span className="h-1.5 rounded-full bg-line" style={{ width: `${width / 2}%` }} />
            <span className="h-1.5 w-10 rounded-full bg-line" />
            <span className="ml-auto h-1.5 w-16 rounded-full bg-line" />
          </div>
        ))}
      </div>
      <div className="grid justify-items-center gap-3 px-6 pt-2 pb-10 text-center">
        <h2 className="text-lg">{title}</h2>
        {children && <div className="max-w-120 text-muted">{children}</div>}
        {action && <div className="mt-1 flex flex-wrap justify-center gap-2">{action}</div>}
        {example && <div className="mt-2 max-w-full text-faint text-sm">{example}</div>}
      </div>
    </div>
  );
}
