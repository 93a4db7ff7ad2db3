'use client';
import type { PolicyCharge, PolicyLease } from '@toolgate/policy/decision';
import { explainConcurrency, explainLimit } from '@toolgate/policy/explain-limit';
import { describeMicros, UNIT_MICROS } from '@toolgate/policy/micros';
import { counterKey, leaseKey } from '@toolgate/policy/used-counters';
import type { Simulation } from './simulator/simulate.ts';

interface Props {
  takes: Simulation['takes'];
  used: ReadonlyMap<string, number>;
  onUsed(key: string, units: number): void;
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

/** What the call would take from its counters, and how full each is: zero, or whatever is typed. */
export function CounterState({ takes, used, onUsed, onShow }: Props) {
  const counted = [
    ...takes.charges.map((charge) => ofCharge(charge, false)),
    ...takes.leases.map((lease) => ofLease(lease, false)),
    ...takes.shadowCharges.map((charge) => ofCharge(charge, true)),
    ...takes.shadowLeases.map((lease) => ofLease(lease, true)),
  ];
  if (counted.length === 0) return null;
  return (
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
        </li>
      ))}
    </ul>
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
