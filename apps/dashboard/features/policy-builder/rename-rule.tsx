'use client';
import { useEffect, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Input } from '@/components/ui/input';

/** Another name or pattern for a rule, in the place of its name. Enter renames, Escape leaves it. */
export function RenameRule({
  name,
  taken,
  onRename,
  onLeave,
}: {
  name: string;
  taken(next: string): boolean;
  onRename(next: string): void;
  onLeave(): void;
}) {
  const id = useId();
  const [next, setNext] = useState(name);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.select(), []);
  const problem = next === '' ? 'A rule needs a name.' : next !== name && taken(next) ? `There is a rule for ${next} already.` : null;
  return (
    <form
      className="grid min-w-0 flex-1 basis-48 gap-1"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onLeave();
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (problem === null) onRename(next);
      }}
    >
      <div className="flex min-w-0 flex-wrap gap-2">
        <Input
          ref={input}
          mono
          aria-label={`New name or pattern for ${name}`}
          aria-invalid={problem !== null}
          aria-describedby={problem ? `${id}-problem` : undefined}
          value={next}
          maxLength={256}
          spellCheck={false}
          onChange={(event) => setNext(event.target.value)}
          className="min-w-0 flex-1 basis-40"
        />
        <Button type="submit" disabled={problem !== null}>
          Rename
        </Button>
        <Button variant="quiet" onClick={onLeave}>
          Cancel
        </Button>
      </div>
      {problem && (
        <p id={`${id}-problem`} role="alert" className="text-denied text-xs">
          {problem}
        </p>
      )}
    </form>
  );
}
