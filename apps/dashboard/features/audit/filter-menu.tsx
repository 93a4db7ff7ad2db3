'use client';
import { ChevronDown } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { Menu } from '@/components/ui/menu';
import { MenuCheck } from '@/components/ui/menu-check';

interface Props {
  label: string;
  /** What can be chosen; what is chosen is shown even when it is not among them. */
  options: readonly { value: string; label?: string }[];
  chosen: readonly string[];
  onToggle(value: string): void;
}

/** Chooses any number of values; the button says which are chosen. */
export function FilterMenu({ label, options, chosen, onToggle }: Props) {
  const known = new Set(options.map(({ value }) => value));
  const all = [...options, ...chosen.filter((value) => !known.has(value)).map((value) => ({ value, label: value }))];
  const name = (value: string) => all.find((option) => option.value === value)?.label ?? value;
  const [first, ...others] = chosen;
  return (
    <Menu
      align="start"
      trigger={
        <Button className={first === undefined ? 'text-muted' : 'border-accent'}>
          {label}
          {first !== undefined && (
            <span className="clip max-w-36 font-semibold">
              {name(first)}
              {others.length > 0 && ` +${others.length}`}
            </span>
          )}
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      {all.length === 0 && <p className="px-2 py-1 text-muted text-sm">There is none yet.</p>}
      {all.map((option) => (
        <MenuCheck key={option.value} checked={chosen.includes(option.value)} onChange={() => onToggle(option.value)}>
          {option.label ?? option.value}
        </MenuCheck>
      ))}
    </Menu>
  );
}
