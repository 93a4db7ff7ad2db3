'use client';

export interface ManagedChoice {
  name: string;
  title: string;
  description: string;
  secrets: { name: string; label: string; help: string; optional: boolean }[];
}

/** Servers that Toolgate runs: for those that are published as local programs only. */
export function ManagedChoices({ choices, onChoose }: { choices: ManagedChoice[]; onChoose(name: string): void }) {
  return (
    <section aria-labelledby="managed-heading">
      <h2 id="managed-heading" className="mb-2 font-medium text-sm">
        Or let Toolgate run one
      </h2>
      <div className="grid gap-2 sm:grid-cols-2">
        {choices.map((choice) => (
          <button
            key={choice.name}
            type="button"
            onClick={() => onChoose(choice.name)}
            className="panel grid content-start gap-1 px-4 py-3 text-left transition-colors duration-120 hover:border-line-strong hover:bg-hover"
          >
            <span className="flex items-baseline justify-between gap-3">
              <span className="font-semibold">{choice.title}</span>
              <span className="text-faint text-xs">{choice.secrets.length === 0 ? 'no key' : 'needs a key'}</span>
            </span>
            <span className="text-muted text-sm">{choice.description}</span>
          </button>
        ))}
      </div>
    </section>
  );
}
