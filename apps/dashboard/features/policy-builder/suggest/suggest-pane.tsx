'use client';
import { recommendPolicy } from '@toolgate/catalogue/recommend';
import type { PolicyDocument } from '@toolgate/policy/document';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Select } from '@/components/ui/select';
import type { BuilderTool } from '../builder-tool.ts';
import type { Edit } from '../rule-form/edit.ts';
import { LearnSection } from './learn-section.tsx';
import { UnusedSection } from './unused-section.tsx';

interface Props {
  organization: string;
  policy: { id: string; slug: string };
  /** Null while the draft cannot be read. */
  document: PolicyDocument | null;
  source: string;
  tools: BuilderTool[];
  mayManage: boolean;
  onEdit: Edit;
  onShow(pointer: string): void;
}

const DAYS = [1, 7, 30, 90] as const;

/** What the draft could become, from the tools' risk and from what was called. Each suggestion is one edit, which can be undone. */
export function SuggestPane({ organization, policy, document, source, tools, mayManage, onEdit, onShow }: Props) {
  const [days, setDays] = useState<number>(30);
  return (
    <div className="grid gap-5 p-3 text-sm">
      <div className="flex items-center gap-2">
        <span className="whitespace-nowrap">From the calls of the last</span>
        <Select aria-label="Days" className="w-28" value={days} onChange={(event) => setDays(Number(event.target.value))}>
          {DAYS.map((each) => (
            <option key={each} value={each}>
              {each === 1 ? '24 hours' : `${each} days`}
            </option>
          ))}
        </Select>
      </div>
      <UnusedSection
        organization={organization}
        policyId={policy.id}
        days={days}
        document={document}
        source={source}
        mayManage={mayManage}
        onEdit={onEdit}
        onShow={onShow}
      />
      <LearnSection organization={organization} policy={policy.slug} days={days} mayManage={mayManage} onEdit={onEdit} />
      <section aria-label="From risk" className="grid justify-items-start gap-2">
        <h2 className="font-semibold text-sm">Start from the tools’ risk</h2>
        <p className="text-muted">
          Reading is free, changing and running are limited, deleting is hidden, money is denied; the rest is denied by default.
        </p>
        {mayManage && (
          <Button
            size="sm"
            disabled={tools.length === 0}
            onClick={() => onEdit(() => `${JSON.stringify(recommendPolicy(tools), null, 2)}\n`)}
          >
            Use as the draft
          </Button>
        )}
      </section>
    </div>
  );
}
