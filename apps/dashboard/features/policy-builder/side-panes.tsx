'use client';
import type { ComponentProps, ReactNode } from 'react';
import { classNames } from '@/components/class-names';
import { SegmentedControl } from '@/components/ui/segmented-control';
import type { BuilderGrant } from './builder-grant.ts';
import type { BuilderTool } from './builder-tool.ts';
import type { Draft } from './draft.ts';
import { JsonPane } from './json-pane.tsx';
import type { RecordedCall } from './recorded/recorded-call.ts';
import type { KeptTest } from './replay/life.worker.ts';
import { ReplayPane } from './replay/replay-pane.tsx';
import type { Edit } from './rule-form/edit.ts';
import { SuggestPane } from './suggest/suggest-pane.tsx';
import { TestsPane } from './tests/tests-pane.tsx';
import { TryCall } from './try-call.tsx';

export type SidePane = 'json' | 'try' | 'tests' | 'replay' | 'suggest';

export const SIDE_PANES: readonly { value: SidePane; label: string }[] = [
  { value: 'json', label: 'JSON' },
  { value: 'try', label: 'Try a call' },
  { value: 'tests', label: 'Tests' },
  { value: 'replay', label: 'Replay' },
  { value: 'suggest', label: 'Suggest' },
];

interface Props {
  pane: SidePane;
  onPane(pane: SidePane): void;
  className?: string;
  organization: string;
  policy: { id: string; slug: string };
  draft: Draft;
  /** What decides when a call is tried: `version 5`, `this draft`. */
  by: string;
  tools: BuilderTool[];
  grants: BuilderGrant[];
  tests: readonly KeptTest[];
  /** A call of the log that is tried again. */
  recorded: RecordedCall | null;
  mayManage: boolean;
  json: Pick<ComponentProps<typeof JsonPane>, 'notes' | 'place' | 'onChange' | 'onLayOut' | 'onGo'>;
  onEdit: Edit;
  onShow(pointer: string): void;
}

/** Beside the rules: their text, and what can be found out about it. */
export function SidePanes({ pane, onPane, className, draft, by, tools, grants, tests, ...rest }: Props) {
  const { organization, policy, recorded, mayManage, json, onEdit, onShow } = rest;
  const { source } = draft;
  const broken = draft.problems.length > 0;
  const shared = { organization, policyId: policy.id, source, mayManage, onShow };
  return (
    <section
      aria-label="JSON and trying calls"
      className={classNames(
        'panel sticky top-4 flex h-[calc(100dvh-2rem)] min-w-0 flex-col overflow-hidden max-lg:static max-lg:h-[70dvh]',
        className,
      )}
    >
      <div className="flex items-center border-line border-b bg-sunken px-2 py-1.5 max-lg:hidden">
        <SegmentedControl<SidePane> label="Beside the table" size="sm" value={pane} onChange={onPane} options={SIDE_PANES} />
      </div>
      <div className={pane === 'json' ? 'min-h-0 flex-1' : 'hidden'}>
        <JsonPane draft={draft} tools={tools} {...json} />
      </div>
      {pane === 'try' && (
        <Scrolled>
          <TryCall {...shared} key={recorded?.seq} document={draft.document} by={by} tools={tools} grants={grants} recorded={recorded} />
        </Scrolled>
      )}
      {pane === 'tests' && (
        <Scrolled>
          <TestsPane {...shared} tests={tests} onTry={() => onPane('try')} />
        </Scrolled>
      )}
      {/* Stays, so that a result is not lost while the draft is edited. */}
      <div className={pane === 'replay' ? 'min-h-0 flex-1 overflow-y-auto' : 'hidden'}>
        <ReplayPane organization={organization} policy={policy.slug} source={source} broken={broken} onShow={onShow} />
      </div>
      {pane === 'suggest' && (
        <Scrolled>
          <SuggestPane {...shared} policy={policy} document={broken ? null : draft.document} tools={tools} onEdit={onEdit} />
        </Scrolled>
      )}
    </section>
  );
}

const Scrolled = ({ children }: { children: ReactNode }) => <div className="min-h-0 flex-1 overflow-y-auto">{children}</div>;
