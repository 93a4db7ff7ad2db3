import { classNames } from '../class-names';

/** A limit in use: a thin bar and the number. Amounts in the limit's own unit. */
export function Meter({
  label,
  used,
  max,
  note,
  mono = false,
}: {
  label: string;
  used: number;
  max: number;
  note?: string;
  /** The label is what a machine reads. */
  mono?: boolean;
}) {
  const share = max > 0 ? Math.min(1, used / max) : 1;
  const full = used >= max;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-1">
      <div className="flex flex-wrap justify-between gap-x-3 text-sm">
        <span className={classNames('min-w-0 clip', mono && 'font-mono')}>{label}</span>
        <span className="whitespace-nowrap text-muted">
          {used} of {max}
          {note && `, ${note}`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be drawn as a thin line in every browser. */}
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={max}
        aria-valuenow={Math.min(used, max)}
        className="h-1 overflow-hidden rounded-full bg-line"
      >
        <div
          className="h-full rounded-full transition-[width] duration-150"
          style={{ width: `${share * 100}%`, background: full ? 'var(--color-limited)' : 'var(--color-muted)' }}
        />
      </div>
    </div>
  );
}
