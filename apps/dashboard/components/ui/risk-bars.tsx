import { classNames } from '../class-names';

export type Category = 'Read' | 'Write' | 'Execute' | 'Destructive' | 'Financial';
export type Risk = 'Low' | 'Medium' | 'High' | 'Critical';

const BARS: Record<Risk, number> = { Low: 1, Medium: 2, High: 3, Critical: 4 };
const RISK_OF: Record<Category, Risk> = { Read: 'Low', Write: 'Medium', Execute: 'High', Destructive: 'Critical', Financial: 'Critical' };

/** One to four bars and the category's word: never in the colours of a decision. */
export function RiskBars({ category, risk = RISK_OF[category], className }: { category: Category; risk?: Risk; className?: string }) {
  const filled = BARS[risk];
  return (
    <span
      className={classNames('inline-flex items-center gap-1.5 whitespace-nowrap align-middle text-sm', className)}
      title={`${risk} risk`}
    >
      <svg viewBox="0 0 15 12" className="h-3 w-[15px] shrink-0" aria-hidden="true">
        {[0, 1, 2, 3].map((bar) => (
          <rect
            key={bar}
            x={bar * 4}
            y={9 - bar * 3}
            width="3"
            height={3 + bar * 3}
            rx="0.75"
            fill={bar < filled ? 'var(--color-text)' : 'none'}
            stroke={bar < filled ? 'none' : 'var(--color-line-strong)'}
            strokeWidth={bar < filled ? 0 : 0.75}
          />
        ))}
      </svg>
      {category}
      <span className="sr-only">, {risk} risk</span>
    </span>
  );
}
