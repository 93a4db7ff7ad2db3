import type { ReactNode } from 'react';
import { classNames } from '../class-names';
import type { DecisionTone } from './decision-mark';

const TONES: Record<DecisionTone | 'neutral', string> = {
  neutral: 'border-line bg-sunken',
  allowed: 'border-allowed/40 bg-allowed-tint',
  limited: 'border-limited/45 bg-limited-tint',
  denied: 'border-denied/40 bg-denied-tint',
  pending: 'border-pending/40 bg-pending-tint',
  error: 'border-error/40 bg-error-tint',
  unknown: 'border-unknown/40 bg-unknown-tint',
};

/** Something to know before going on. `denied` and `error` are announced. */
export function Callout({
  tone = 'neutral',
  title,
  action,
  children,
}: {
  tone?: DecisionTone | 'neutral';
  title?: ReactNode;
  action?: ReactNode;
  children?: ReactNode;
}) {
  const urgent = tone === 'denied' || tone === 'error';
  return (
    <div
      {...(urgent ? { role: 'alert' } : {})}
      className={classNames('flex flex-wrap items-start gap-x-4 gap-y-2 rounded-control border px-3 py-2 text-sm text-text', TONES[tone])}
    >
      <div className="min-w-0 flex-1 basis-60">
        {title && <p className="font-semibold">{title}</p>}
        {children && <div className={title ? 'mt-0.5' : ''}>{children}</div>}
      </div>
      {action}
    </div>
  );
}
