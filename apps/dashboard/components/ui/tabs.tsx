'use client';
import { Tabs as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { tabClass } from './tab-class';

export interface Tab<T extends string> {
  value: T;
  label: ReactNode;
  content: ReactNode;
}

/** Parts of one thing, one at a time. Where each part has its own address use LinkTabs. */
export function Tabs<T extends string>({
  label,
  tabs,
  value,
  onChange,
  defaultValue,
}: {
  label: string;
  tabs: readonly Tab<T>[];
  value?: T;
  onChange?(value: T): void;
  defaultValue?: T;
}) {
  return (
    <Radix.Root
      {...(value === undefined ? { defaultValue: defaultValue ?? tabs[0]?.value } : { value })}
      onValueChange={(next) => onChange?.(next as T)}
      className="min-w-0"
    >
      <Radix.List aria-label={label} className="flex gap-4 overflow-x-auto border-line border-b">
        {tabs.map((tab) => (
          <Radix.Trigger key={tab.value} value={tab.value} className={tabClass}>
            {tab.label}
          </Radix.Trigger>
        ))}
      </Radix.List>
      {tabs.map((tab) => (
        <Radix.Content key={tab.value} value={tab.value} className="pt-4">
          {tab.content}
        </Radix.Content>
      ))}
    </Radix.Root>
  );
}
