'use client';
import type { CountedLimit } from '@toolgate/policy/counted-limits';
import { classNames } from '@/components/class-names';
import { VisibleText } from '@/components/visible-text';
import { useLimitInUse } from './limits-provider.tsx';
import { mostUsed, type Owner, usedWords } from './used-words.ts';

type Limit = Pick<CountedLimit, 'scope' | 'name' | 'windowMs' | 'maxMicros'>;

/** Beside a limit's sentence: how far whoever uses it most has used it. Nothing where that is not known. */
export function LimitInUse({ limit }: { limit: Limit }) {
  const { use, ageMs } = useLimitInUse(limit);
  const most = use && mostUsed(use.owners);
  if (!most) return null;
  const { first, others } = most;
  return (
    <p className="flex min-w-0 items-center gap-2 text-muted text-xs" data-limit-use={first.usedMicros / 1e6}>
      {first.usedMicros > 0 && <Bar owner={first} limit={limit} />}
      <span className={classNames('min-w-0', first.usedMicros >= limit.maxMicros && 'text-limited')}>
        {first.usedMicros === 0 ? (
          idleWords(limit)
        ) : (
          <>
            <VisibleText text={usedWords(first, limit, ageMs)} />
            {others > 0 && `; ${others} more ${ownerWord(limit, others)} with less`}
          </>
        )}
      </span>
    </p>
  );
}

const MOST = 6;

/** Every owner with something used, in the rule's panel. */
export function LimitOwners({ limit }: { limit: Limit }) {
  const { use, ageMs } = useLimitInUse(limit);
  const used = use?.owners.filter(({ usedMicros }) => usedMicros > 0) ?? [];
  if (!use || use.owners.length === 0) return null;
  if (used.length <= 1) return <LimitInUse limit={limit} />;
  return (
    <ul className="grid gap-1">
      {used.slice(0, MOST).map((owner) => (
        <li key={owner.id} className="flex min-w-0 items-center gap-2 text-muted text-xs">
          <Bar owner={owner} limit={limit} />
          <span className={classNames('min-w-0', owner.usedMicros >= limit.maxMicros && 'text-limited')}>
            <VisibleText text={usedWords(owner, limit, ageMs)} />
          </span>
        </li>
      ))}
      {used.length > MOST && <li className="text-muted text-xs">and {used.length - MOST} more with less</li>}
    </ul>
  );
}

/** The number is beside it in words, so that it is drawn for the eye only. */
function Bar({ owner, limit }: { owner: Owner; limit: Limit }) {
  const share = limit.maxMicros > 0 ? Math.min(1, owner.usedMicros / limit.maxMicros) : 1;
  return (
    <span aria-hidden="true" className="h-1 w-14 shrink-0 overflow-hidden rounded-full bg-line">
      <span
        className={classNames('block h-full rounded-full', share >= 1 ? 'bg-limited' : 'bg-muted')}
        style={{ width: `${share * 100}%` }}
      />
    </span>
  );
}

const idleWords = ({ windowMs }: Limit): string => (windowMs === null ? 'no call is running' : 'nothing used now');

const ownerWord = ({ scope }: Limit, count: number): string => `${scope}${count === 1 ? '' : 's'}`;
