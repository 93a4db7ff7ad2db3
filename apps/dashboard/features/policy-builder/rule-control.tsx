'use client';
import { Check, EyeOff, type LucideIcon, Pause, SlidersHorizontal, Timer, X } from 'lucide-react';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { CHOICES, type Choice } from './rule-edit.ts';
import type { RuleChoice } from './tool-rows.ts';

/** How each choice looks, here and on the board. */
export const CHOICE_LOOKS: Record<RuleChoice, { icon: LucideIcon; word: string; colour: string }> = {
  allow: { icon: Check, word: 'Allow', colour: 'text-allowed' },
  limit: { icon: Timer, word: 'Limit', colour: 'text-limited' },
  approve: { icon: Pause, word: 'Approve', colour: 'text-pending' },
  deny: { icon: X, word: 'Deny', colour: 'text-denied' },
  hide: { icon: EyeOff, word: 'Hide', colour: 'text-denied' },
  custom: { icon: SlidersHorizontal, word: 'Custom', colour: 'text-text' },
};

interface Props {
  name: string;
  /** Null: nothing is written for it. */
  choice: RuleChoice | null;
  disabled: boolean;
  onChoose(choice: Choice): void;
}

/** Allow · Limit · Approve · Deny · Hide; `Custom` stands beside them only where a rule is more than one of these. */
export function RuleControl({ name, choice, disabled, onChoose }: Props) {
  const choices: RuleChoice[] = [...CHOICES, ...(choice === 'custom' ? (['custom'] as const) : [])];
  return (
    <SegmentedControl
      label={`Rule for ${name}`}
      size="sm"
      className="mx-1 max-sm:order-last max-sm:mx-0 max-sm:[&>button]:px-1.5"
      value={choice ?? ''}
      onChange={(next) => {
        if (next !== 'custom' && next !== '') onChoose(next);
      }}
      options={choices.map((value) => {
        const { icon: Icon, word, colour } = CHOICE_LOOKS[value];
        return {
          value: value as RuleChoice | '',
          disabled,
          label: (
            <>
              {value === choice && (
                <Icon aria-hidden="true" strokeWidth={2.25} className={`${value === 'custom' ? '' : 'max-sm:hidden'} ${colour}`} />
              )}
              {value === 'custom' ? <span className="max-sm:sr-only">{word}</span> : word}
            </>
          ),
        };
      })}
    />
  );
}
