import { CircleAlert, Eye, Info, type LucideIcon } from 'lucide-react';
import { LinkButton } from '@/components/ui/link-button';
import type { Need } from './needs-you.ts';

const LOOKS: Record<Need['level'], { icon: LucideIcon; colour: string; word: string }> = {
  stops: { icon: CircleAlert, colour: 'text-denied', word: 'Calls are stopped' },
  look: { icon: Eye, colour: 'text-limited', word: 'Look at it' },
  know: { icon: Info, colour: 'text-muted', word: 'Good to know' },
};

/** What waits for a person, each with the way to deal with it. */
export function NeedsList({ needs }: { needs: Need[] }) {
  return (
    <section aria-labelledby="needs-you" className="panel">
      <h2 id="needs-you" className="flex items-baseline justify-between border-line border-b px-4 py-2.5 text-lg">
        Needs you
        <span className="font-normal text-muted text-sm">{needs.length || 'nothing'}</span>
      </h2>
      {needs.length === 0 ? (
        <p className="px-4 py-6 text-muted text-sm">
          Servers answer, nothing is in quarantine or paused, and no limit was reached in 24 hours.
        </p>
      ) : (
        <ul>
          {needs.map(({ key, level, title, detail, href, act }, at) => {
            const { icon: Icon, colour, word } = LOOKS[level];
            return (
              <li key={key} className="flex items-start gap-3 border-line border-b px-4 py-2.5 last:border-b-0">
                <Icon aria-hidden="true" className={`mt-0.5 size-4 shrink-0 ${colour}`} />
                <div className="min-w-0 flex-1">
                  <p className="break-words font-medium text-sm">
                    <span className="sr-only">{word}: </span>
                    {title}
                  </p>
                  <p className="break-words text-muted text-xs">{detail}</p>
                </div>
                <LinkButton
                  size="sm"
                  variant={at === 0 && level !== 'know' ? 'primary' : 'secondary'}
                  href={href}
                  aria-label={`${act}: ${title}`}
                >
                  {act}
                </LinkButton>
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}
