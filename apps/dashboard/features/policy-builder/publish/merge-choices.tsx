'use client';
import type { MergeConflict } from '@toolgate/policy/merge';

interface Props {
  conflicts: readonly MergeConflict[];
  /** Pointers for which mine is taken. */
  chosen: ReadonlySet<string>;
  onChoose(pointer: string, mine: boolean): void;
}

/** Parts that both changed: one of the two is taken, the other stays in the history or in Undo. */
export function MergeChoices({ conflicts, chosen, onChoose }: Props) {
  return (
    <div className="grid gap-2">
      <h3 className="font-semibold text-sm">
        {conflicts.length === 1 ? 'Both changed one part' : `Both changed ${conflicts.length} parts`}: which counts?
      </h3>
      {conflicts.map((conflict) => (
        <fieldset key={conflict.pointer} className="grid gap-2 rounded-control border border-line p-2 text-sm">
          <legend className="break-all px-1 font-mono text-xs">{conflict.pointer}</legend>
          <Choice
            name={conflict.pointer}
            label="Theirs"
            value={conflict.theirs}
            checked={!chosen.has(conflict.pointer)}
            onChoose={() => onChoose(conflict.pointer, false)}
          />
          <Choice
            name={conflict.pointer}
            label="Mine"
            value={conflict.mine}
            checked={chosen.has(conflict.pointer)}
            onChoose={() => onChoose(conflict.pointer, true)}
          />
        </fieldset>
      ))}
    </div>
  );
}

function Choice({
  name,
  label,
  value,
  checked,
  onChoose,
}: {
  name: string;
  label: string;
  value: unknown;
  checked: boolean;
  onChoose(): void;
}) {
  return (
    <label className="flex min-h-6 items-start gap-2">
      <input type="radio" name={`merge ${name}`} checked={checked} onChange={onChoose} className="mt-0.5 size-4 shrink-0 accent-accent" />
      <span className="min-w-0">
        {label}: <code className="break-all font-mono text-xs">{value === undefined ? 'removed' : JSON.stringify(value)}</code>
      </span>
    </label>
  );
}
