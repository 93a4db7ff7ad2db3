import type { ReactNode } from 'react';

/** A part of a rule, with what can be added to it. */
export function FormSection({
  title,
  note,
  actions,
  children,
}: {
  title: string;
  note?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a part of a form with a line of buttons beside its name, which a legend cannot have.
    <div role="group" aria-label={title} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <div className="flex flex-wrap items-center justify-between gap-x-3">
        <p className="font-semibold text-sm">
          {title}
          {note && <span className="font-normal text-muted text-xs"> {note}</span>}
        </p>
        <div className="flex flex-wrap">{actions}</div>
      </div>
      {children}
    </div>
  );
}
