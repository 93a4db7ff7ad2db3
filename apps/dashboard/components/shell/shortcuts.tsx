'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState } from 'react';
import { notify } from '../notify';
import { Dialog } from '../ui/dialog';
import { Key } from '../ui/key';
import { NAV_ITEMS } from './nav-links';
import { shortcutsAreOn } from './shortcuts-setting';

/** Single keys, for who wants them: they can be switched off in the settings (WCAG 2.1.4). */
export function Shortcuts({ org, gatewayUrl }: { org: string; gatewayUrl: string }) {
  const router = useRouter();
  const [sheet, setSheet] = useState(false);
  const afterG = useRef(0);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || !shortcutsAreOn()) return;
      const key = event.key.toLowerCase();
      if (Date.now() - afterG.current < 1200) {
        afterG.current = 0;
        const item = NAV_ITEMS.find((one) => one.key === key);
        if (item) return router.push(`/${org}${item.path}`);
      }
      if (key === 'g') afterG.current = Date.now();
      else if (key === '?') setSheet(true);
      else if (key === 'u')
        void navigator.clipboard.writeText(gatewayUrl).then(() => notify('Gateway URL copied', { description: gatewayUrl }));
      else if (key === '/') {
        const search = document.querySelector<HTMLElement>('[data-search]');
        if (!search) return;
        event.preventDefault();
        search.focus();
      }
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [router, org, gatewayUrl]);
  return (
    <Dialog open={sheet} onOpenChange={setSheet} title="Keyboard shortcuts" description="Switch them off in the settings.">
      <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
        {NAV_ITEMS.map((item) => (
          <div key={item.path} className="contents">
            <dt className="flex gap-1">
              <Key>G</Key>
              <Key>{item.key.toUpperCase()}</Key>
            </dt>
            <dd>{item.label}</dd>
          </div>
        ))}
        {OTHERS.map(([key, what]) => (
          <div key={key} className="contents">
            <dt>
              <Key>{key}</Key>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

const OTHERS = [
  ['U', 'Copy the gateway URL'],
  ['/', 'Search on this page'],
  ['J', 'Next row; K is the one before'],
  ['A', 'In an approval: approve once; Shift A for 15 minutes'],
  ['D', 'In an approval: deny; S skips'],
  ['1 – 5', 'In a policy: allow, limit, ask, deny, hide; X selects'],
  ['F2', 'There: rename a rule; Alt ↑ and Alt ↓ move a pattern'],
  ['L', 'In the audit log: pause or follow'],
  ['F', 'There: facets; T is the time, E the export'],
  ['Y', 'Copy the link to the open event'],
  ['?', 'This list'],
] as const;

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest('[role=dialog],[role=menu]') !== null);
