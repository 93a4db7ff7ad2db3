import type { PolicyDiff, ToolChange } from '@toolgate/policy/diff';
import type { LimitChange } from '@toolgate/policy/diff-limits';
import { classNames } from '@/components/class-names';
import { ScrollRegion } from '@/components/ui/scroll-region';

/** What a new version changes, by meaning: whether access widens, and before and after for each tool, limit and method. */
export function ChangeList({ diff }: { diff: PolicyDiff }) {
  const { tools, methods } = diff;
  const widens = diff.widens || diff.mayWiden;
  return (
    <div className="grid gap-3 text-sm">
      {diff.summary.split('; ').map((part) => (
        <p key={part} className={classNames('font-semibold', widens && part.includes('widen') && 'text-limited')}>
          {part.charAt(0).toUpperCase() + part.slice(1)}
        </p>
      ))}
      {tools.length + methods.length > 0 && (
        <ScrollRegion
          label="What changes"
          className="max-h-72 overflow-y-auto rounded-control border border-line bg-line -outline-offset-2"
        >
          <ul className="grid gap-px">
            {tools.map((change) => (
              <li key={change.tool} className="grid gap-0.5 bg-surface px-3 py-2">
                <Tool change={change} limits={diff.limits.filter(({ tool }) => tool === change.tool)} />
              </li>
            ))}
            {methods.map(({ method, before, after }) => (
              <li key={method} className="grid gap-0.5 bg-surface px-3 py-2">
                <Name name={method} said={after === 'allow' ? 'widens' : 'narrows'} />
                <BeforeAfter before={before} after={after} />
              </li>
            ))}
          </ul>
        </ScrollRegion>
      )}
    </div>
  );
}

function Tool({ change, limits }: { change: ToolChange; limits: LimitChange[] }) {
  const { tool, widens, narrows, before, after, example } = change;
  const said = [
    ...(widens === 'no' ? [] : [widens === 'yes' ? 'widens' : 'may widen']),
    ...(narrows === 'no' ? [] : [narrows === 'yes' ? 'narrows' : 'may narrow']),
  ];
  return (
    <>
      <Name name={tool === '*' ? 'every other tool' : tool} said={said.join(', ') || 'words only'} />
      <BeforeAfter before={before} after={after} />
      {limits.map((limit) => (
        <p key={`${limit.counter} ${limit.before} ${limit.after}`} className="text-muted text-xs">
          {limit.counter === null ? 'Calls at once' : <code className="font-mono">{limit.counter}</code>} {limit.change}
          {limit.before && limit.after && `: ${limit.before} → ${limit.after}`}
        </p>
      ))}
      {example && Object.keys(example.args as object).length > 0 && (
        <p className="text-muted text-xs">
          Newly allowed, for example, with <code className="break-all font-mono">{JSON.stringify(example.args)}</code>
        </p>
      )}
    </>
  );
}

function Name({ name, said }: { name: string; said: string }) {
  return (
    <div className="flex flex-wrap items-baseline justify-between gap-x-3">
      <span className="break-all font-mono text-xs">{name}</span>
      <span className={classNames('text-xs', said.includes('widen') ? 'text-limited' : 'text-muted')}>{said}</span>
    </div>
  );
}

function BeforeAfter({ before, after }: { before: string; after: string }) {
  return (
    <>
      <span className="text-muted">
        <span className="sr-only">Before: </span>
        <del className="decoration-line-strong">{before}</del>
      </span>
      <span>
        <span className="sr-only">After: </span>
        <ins className="no-underline">{after}</ins>
      </span>
    </>
  );
}
