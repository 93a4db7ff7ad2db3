'use client';
import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { InlineSelect } from '../inline-select.tsx';
import { FormSection } from './form-section.tsx';

interface Entry {
  key: string;
  name: string;
  effect?: 'allow' | 'deny';
}

/** Names or patterns that something holds for. */
export function NameList({
  title,
  note,
  placeholder,
  entries,
  disabled,
  problem = () => null,
  onAdd,
  onEffect,
  onRemove,
}: {
  title: string;
  note: string;
  placeholder: string;
  entries: readonly Entry[];
  disabled: boolean;
  /** Why a name cannot be added; null: it can. */
  problem?(name: string): string | null;
  onAdd(name: string): void;
  onEffect?(name: string, effect: 'allow' | 'deny'): void;
  onRemove(key: string): void;
}) {
  const [name, setName] = useState('');
  const problemId = useId();
  const wrong = name === '' ? null : entries.some((one) => one.name === name) ? 'It is in the list already.' : problem(name);
  return (
    <FormSection title={title} note={note}>
      {entries.length > 0 && (
        <ul className="grid gap-1">
          {entries.map((entry) => (
            <li key={entry.key} className="flex items-center gap-2 text-sm">
              <code className="min-w-0 flex-1 break-all font-mono text-xs">{entry.name}</code>
              {entry.effect && onEffect && (
                <InlineSelect
                  label={`${entry.name}`}
                  value={entry.effect}
                  disabled={disabled}
                  options={[
                    { value: 'allow', label: 'allowed' },
                    { value: 'deny', label: 'denied' },
                  ]}
                  onChange={(effect) => onEffect(entry.name, effect)}
                />
              )}
              <IconButton label={`Remove ${entry.name}`} disabled={disabled} onClick={() => onRemove(entry.key)}>
                <Trash2 />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <form
        className="flex max-w-100 gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (name === '' || wrong !== null || disabled) return;
          onAdd(name);
          setName('');
        }}
      >
        <Input
          mono
          aria-label={`Add to: ${title}`}
          aria-invalid={wrong !== null}
          aria-describedby={wrong ? problemId : undefined}
          value={name}
          maxLength={256}
          placeholder={placeholder}
          disabled={disabled}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={disabled || name === '' || wrong !== null} aria-label={`Add to ${title.toLowerCase()}`}>
          <Plus aria-hidden="true" /> Add
        </Button>
      </form>
      {wrong && (
        <p id={problemId} role="alert" className="text-denied text-xs">
          {wrong}
        </p>
      )}
    </FormSection>
  );
}
