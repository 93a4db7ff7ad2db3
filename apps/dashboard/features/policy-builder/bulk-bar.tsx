'use client';
import { X } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { CHOICE_LOOKS } from './rule-control.tsx';
import { CHOICES, type Choice } from './rule-edit.ts';

/** What can be done with all selected rows at once; it stays in sight. */
export function BulkBar({
  count,
  disabled,
  onChoose,
  onClear,
}: {
  count: number;
  disabled: boolean;
  onChoose(choice: Choice): void;
  onClear(): void;
}) {
  return (
    <section
      aria-label="Selected rules"
      className="sticky bottom-3 z-20 flex flex-wrap items-center gap-2 rounded-panel bg-raised px-3 py-2 text-sm shadow-float max-sm:bottom-16"
    >
      <span role="status" className="mr-auto">
        {count} selected
      </span>
      {CHOICES.map((choice) => {
        const { icon: Icon, word, colour } = CHOICE_LOOKS[choice];
        return (
          <Button key={choice} size="sm" disabled={disabled} onClick={() => onChoose(choice)}>
            <Icon aria-hidden="true" className={colour} strokeWidth={2.25} />
            {word}
          </Button>
        );
      })}
      <IconButton label="Select none" onClick={onClear}>
        <X />
      </IconButton>
    </section>
  );
}
