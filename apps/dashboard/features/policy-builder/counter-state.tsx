'use client';
import type { PolicyCharge, PolicyLease } from '@toolgate/policy/decision';
import { explainConcurrency, explainLimit } from '@toolgate/policy/explain-limit';
import { describeMicros, UNIT_MICROS } from '@toolgate/policy/micros';
import { counterKey, leaseKey } from '@toolgate/policy/used-counters';
import { LimitsMark, useLimitsInUse } from '@/components/limits/limits-provider';
import { usedWords } from '@/components/limits/used-words';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { VisibleText } from '@/components/visible-text';
import type { CounterNow } from './counters-now.ts';
import type { Simulation } from './simulator/simulate.ts';

/** Counters are as somebody says, or as they are. */
export type Counting = 'made_up' | 'now';

interface Props {
  takes: Simulation['takes'];
  counting: Counting;
  onCounting(counting: Counting): void;
  /** What is made up, by key. */
  used: ReadonlyMap<string, number>;
  onUsed(key: string, units: number): void;
  /** What is in force, by key. */
  now: ReadonlyMap<string, CounterNow>;
  onShow(pointer: string): void;
}

interface Counted {
  key: string;
  name: string;
  pointer: string;
  /** The limit in words. */
  words: string;
  /** What this call takes, in words. */
  takes: string;
  max: number;
  shadow: boolean;
}

/** What the call would take from its counters, and how full each is: zero, whatever is typed, or what it is now. */
export function CounterState({ takes, counting, onCounting, used, onUsed, now, onShow }: Props) {
  const { known, words: mark } = useLimitsInUse();
  const counted = [
    ...takes.charges.map((charge) => ofCharge(charge, false)),
    ...takes.leases.map((lease) => ofLease(lease, false)),
    ...takes.shadowCharges.map((charge) => ofCharge(charge, true)),
    ...takes.shadowLeases.map((lease) => ofLease(lease, true)),
  ];
  if (counted.length === 0) return null;
  return (
    <div className="grid gap-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
        Counters
        <SegmentedControl<Counting>
          label="Counters"
          size="sm"
          value={counting}
          onChange={onCounting}
          options={[
            { value: 'made_up', label: 'Made up' },
            { value: 'now', label: 'As they are now', disabled: !known && counting !== 'now' },
          ]}
        />
        {counting === 'now' && mark && <LimitsMark />}
        {known === false && <span className="text-muted text-xs">What is used now cannot be read.</span>}
      </div>
      <ul aria-label="Counters" className="grid gap-2">
        {counted.map((one) => (
          <li key={`${one.key} ${one.shadow}`} className="grid gap-1.5 text-sm">
            <div className="flex flex-wrap items-center gap-x-2 gap-y-1">
              <button type="button" onClick={() => onShow(one.pointer)} className="link break-all text-left font-mono text-xs">
                {one.name}
              </button>
              <span className="text-muted">
                {one.words}
                {one.shadow && ' (shadow)'}; this call takes {one.takes}
              </span>
            </div>
            {counting === 'now' ? (
              <AsItIs counter={one.shadow ? undefined : now.get(one.key)} known={known} max={one.max} />
            ) : (
              <label className="flex items-center gap-2 text-muted text-xs">
                <input
                  type="number"
                  min={0}
                  step="any"
                  value={used.get(one.key) ?? 0}
                  onChange={(event) => onUsed(one.key, Math.max(0, Math.min(event.target.valueAsNumber || 0, 9_000_000)))}
                  className="control h-6 w-20 px-1.5 py-0 text-right text-sm coarse:h-9"
                />
                <span className="whitespace-nowrap">of {one.max} taken before</span>
              </label>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** A number that nobody knows is taken for nothing used, and that is said. */
function AsItIs({ counter, known, max }: { counter: CounterNow | undefined; known: boolean | null; max: number }) {
  const { ageMs } = useLimitsInUse();
  const words = counter
    ? usedWords(counter.owner, { windowMs: counter.limit.windowMs, maxMicros: Math.round(max * UNIT_MICROS) }, ageMs)
    : known
      ? 'nothing is counted of this caller, or by this limit, as it is in force: taken as unused'
      : 'not known: taken as unused';
  return (
    <p className="text-muted text-xs" data-counter-now={counter ? counter.owner.usedMicros / UNIT_MICROS : undefined}>
      <VisibleText text={words} />
    </p>
  );
}

const ofCharge = (charge: PolicyCharge, shadow: boolean): Counted => ({
  key: counterKey(charge),
  name: charge.counter,
  pointer: charge.rule,
  words: explainLimit(charge.limit),
  takes: describeMicros(charge.amountMicros),
  max: charge.maxMicros / UNIT_MICROS,
  shadow,
});

const ofLease = (lease: PolicyLease, shadow: boolean): Counted => ({
  key: leaseKey(lease),
  name: 'at once',
  pointer: lease.rule,
  words: explainConcurrency({ concurrency: lease.max, scope: lease.scope }),
  takes: '1',
  max: lease.max,
  shadow,
});
