'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { type Unused, unusedParts, withoutUnused } from '@toolgate/policy/suggest-unused';
import type { PolicyActivity } from '@toolgate/services/policy/read-activity';
import { useEffect, useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { ScrollRegion } from '@/components/ui/scroll-region';
import type { Edit } from '../rule-form/edit.ts';
import { policyActivityAction } from './actions.ts';

interface Props {
  organization: string;
  policyId: string;
  days: number;
  document: PolicyDocument | null;
  source: string;
  mayManage: boolean;
  onEdit: Edit;
  onShow(pointer: string): void;
}

/** Permissions that nobody used, and lines that decided no call. */
export function UnusedSection({ organization, policyId, days, document, source, mayManage, onEdit, onShow }: Props) {
  const [read, setRead] = useState<{ days: number; activity: PolicyActivity | null; failed: boolean } | null>(null);
  useEffect(() => {
    let current = true;
    policyActivityAction(organization, policyId, days).then(
      (activity) => current && setRead({ days, activity, failed: false }),
      () => current && setRead({ days, activity: null, failed: true }),
    );
    return () => {
      current = false;
    };
  }, [organization, policyId, days]);
  const activity = read?.days === days ? read.activity : null;
  const unused = useMemo(() => (document && activity ? unusedParts(document, source, activity) : []), [document, source, activity]);
  return (
    <section aria-label="Unused" className="grid gap-2">
      <h2 className="font-semibold text-sm">Unused permissions, rules that never fired</h2>
      <div aria-live="polite" className="grid gap-2">
        {read === null || read.days !== days ? (
          <p className="animate-appear text-muted">Looking through the log …</p>
        ) : read.failed ? (
          <p className="text-denied">The log could not be read. Try again.</p>
        ) : document === null ? (
          <p className="text-muted">The draft cannot be read.</p>
        ) : activity && activity.calls === 0 ? (
          <p className="text-muted">This policy decided no call in this time, so nothing can be said of its rules.</p>
        ) : unused.length === 0 ? (
          <p className="text-muted">Every permission was used, and every line decided some call.</p>
        ) : (
          <List unused={unused} mayManage={mayManage} onShow={onShow} onRemove={(part) => onEdit((text) => withoutUnused(text, part))} />
        )}
      </div>
    </section>
  );
}

const KINDS: Record<Unused['kind'], { words: string; act: string }> = {
  unused_tool: { words: 'never called', act: 'Deny it' },
  never_fired: { words: 'never fired', act: 'Remove it' },
};

function List({
  unused,
  mayManage,
  onShow,
  onRemove,
}: {
  unused: Unused[];
  mayManage: boolean;
  onShow(pointer: string): void;
  onRemove(part: Unused): void;
}) {
  return (
    <ScrollRegion label="Unused rules" className="max-h-80 overflow-y-auto rounded-control border border-line -outline-offset-2">
      <ul>
        {unused.map((part) => (
          <li
            key={part.pointer}
            data-unused={part.kind}
            className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-2 py-1.5 last:border-b-0"
          >
            <span className="grid min-w-0 flex-1 basis-48 gap-0.5">
              <button type="button" onClick={() => onShow(part.pointer)} className="link break-all text-left font-mono text-xs">
                {part.pointer}
              </button>
              <span className="break-words text-muted text-xs">
                {part.says} <span className="text-text">{KINDS[part.kind].words}</span>
              </span>
            </span>
            {mayManage && (
              <Button size="sm" variant="quiet" aria-label={`${KINDS[part.kind].act}: ${part.pointer}`} onClick={() => onRemove(part)}>
                {KINDS[part.kind].act}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </ScrollRegion>
  );
}
