'use client';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { classNames } from '@/components/class-names';
import { LimitsProvider } from '@/components/limits/limits-provider';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { PageHeader } from '@/components/ui/page-header';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { useQueryState } from '@/components/use-query-state';
import { restorePolicyAction } from './actions.ts';
import type { BuilderGrant } from './builder-grant.ts';
import type { BuilderTool } from './builder-tool.ts';
import { DraftNotices } from './draft-notices.tsx';
import type { EditorPlace } from './json-editor.tsx';
import { JsonPane } from './json-pane.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { documentNotes } from './notes.ts';
import { pointerLines } from './pointer-lines.ts';
import { PolicyMenu } from './policy-menu.tsx';
import { inForceWords } from './publish/in-force-words.ts';
import { PublishDialog, type PublishedVersion } from './publish/publish-dialog.tsx';
import { type Shadow, ShadowBanner } from './publish/shadow-banner.tsx';
import type { KeptTest } from './replay/life.worker.ts';
import { ReplayPane } from './replay/replay-pane.tsx';
import { RulesView } from './rules-view.tsx';
import { SuggestPane } from './suggest/suggest-pane.tsx';
import { TestsPane } from './tests/tests-pane.tsx';
import { TryCall } from './try-call.tsx';
import { type Base, usePolicyDraft } from './use-policy-draft.ts';

interface Props {
  organization: string;
  policy: { id: string; slug: string; name: string };
  saved: Base;
  tools: BuilderTool[];
  /** Whom calls can be tried as. */
  grants: BuilderGrant[];
  tests: readonly KeptTest[];
  /** It is in its shadow period. */
  shadow: Shadow | null;
  mayManage: boolean;
  /** May publish although tests fail. */
  mayOverride: boolean;
  /** Every gateway decides by everything that was saved; so many run. */
  inForce: boolean;
  gateways: number;
  /** Pointer of a place to show first. */
  line: string | null;
  header: { title: string; state: ReactNode; parent: { href: string; label: string } };
  /** Above the panes: which server's tools are shown. */
  serverChoice: ReactNode;
}

type Pane = 'table' | 'json' | 'try' | 'tests' | 'replay' | 'suggest';

/** One draft in two views: the table at the left, its JSON (or a call to try) at the right. */
export function PolicyEditor({ organization, policy, saved, tools, grants, tests, shadow, line, header, serverChoice, ...may }: Props) {
  const { mayManage, mayOverride, inForce, gateways } = may;
  const router = useRouter();
  const { draft, base, dirty, restored, setBase, setText, edit, layOut, undo, discard } = usePolicyDraft(policy.id, saved);
  const [pane, setPane] = useState<Pane>('table');
  // Five columns need the width.
  const [view] = useQueryState('view');
  const [place, setPlace] = useState<EditorPlace | null>(null);
  const [publishing, setPublishing] = useState(false);
  const broken = draft.problems.length > 0;
  const notes = useMemo(() => (draft.document ? documentNotes(draft.document, tools) : []), [draft.document, tools]);
  const side = pane === 'table' ? 'json' : pane;

  const go = useCallback((where: EditorPlace) => {
    setPane('json');
    setPlace({ offset: where.offset, length: where.length });
  }, []);
  // Through a reference, so that an edit does not draw every row of the table again.
  const source = useRef(draft.source);
  source.current = draft.source;
  const show = useCallback(
    (pointer: string) => {
      const lines = pointerLines(source.current, pointer);
      if (lines) go(lines);
    },
    [go],
  );
  const published = ({ version, source: text, inForce, gateways }: PublishedVersion) => {
    const [before, own] = [base, draft.source];
    setBase({ version, source: text });
    setText(text);
    router.refresh();
    if (inForce) notify(`Version ${version} is ${inForceWords(gateways)}`, { undo: () => void takeBack(before, version, own) });
  };
  const takeBack = async (before: Base, version: number, own: string) => {
    const restored = await restorePolicyAction(organization, { policyId: policy.id, number: before.version, expectedVersion: version });
    if (!restored.ok) return notify('Not undone', { description: restored.refusal.message });
    setBase({ version: restored.value.version, source: before.source });
    // Without the shadow, if it was published in one.
    setText(own);
    router.refresh();
    notify(`Version ${restored.value.version} says what version ${before.version} said`, {
      description: 'Your changes are still in the draft.',
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place in the address is shown once.
  useEffect(() => {
    if (line !== null) show(line);
  }, [line]);

  return (
    <>
      <PageHeader
        {...header}
        actions={
          <>
            <span role="status" className="text-muted text-sm max-sm:w-full">
              {dirty
                ? `Changed since version ${base.version}`
                : `Version ${base.version}, ${inForce ? inForceWords(gateways) : 'saved but not yet in force'}`}
            </span>
            {mayManage && (
              <>
                <Button variant="quiet" disabled={draft.past.length === 0} onClick={undo} className="max-sm:px-2">
                  Undo
                </Button>
                <Button variant="quiet" disabled={!dirty} onClick={discard} className="max-sm:px-2">
                  Discard
                </Button>
                <Button
                  variant="primary"
                  disabled={!dirty || broken || notes.some(({ blocking }) => blocking)}
                  onClick={() => setPublishing(true)}
                >
                  <span>
                    Publish<span className="max-[22rem]:sr-only"> policy</span>
                  </span>
                </Button>
                <PolicyMenu organization={organization} policy={policy} />
              </>
            )}
          </>
        }
      />
      {shadow && (
        <ShadowBanner
          organization={organization}
          policyId={policy.id}
          shadow={shadow}
          mayManage={mayManage}
          onEnforced={(version, text) => {
            setBase({ version, source: text });
            if (!dirty) setText(text);
            router.refresh();
          }}
        />
      )}
      <DraftNotices draft={draft} restored={restored && dirty} onGo={go} onShow={show} />
      <SegmentedControl<Pane> label="View" value={pane} onChange={setPane} options={VIEWS} className="mb-3 lg:hidden" />
      <div
        className={classNames(
          'grid grid-cols-[minmax(0,1fr)] items-start gap-4',
          view === 'board' ? 'lg:grid-cols-[minmax(0,1fr)_minmax(18rem,24rem)]' : 'lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]',
        )}
      >
        <section aria-label="Rules" className={pane === 'table' ? 'min-w-0' : 'min-w-0 max-lg:hidden'}>
          {draft.document ? (
            <LimitsProvider org={organization} policyId={policy.id}>
              <RulesView
                document={draft.document}
                base={base.source}
                tools={tools}
                notes={notes}
                serverChoice={serverChoice}
                disabled={broken || !mayManage}
                onEdit={edit}
                onShow={show}
              />
            </LimitsProvider>
          ) : (
            <p className="panel px-3 py-6 text-center text-muted text-sm">The table appears as soon as the JSON can be read.</p>
          )}
        </section>
        <section
          aria-label="JSON and trying calls"
          className={`panel sticky top-4 flex h-[calc(100dvh-2rem)] min-w-0 flex-col overflow-hidden max-lg:static max-lg:h-[70dvh] ${pane === 'table' ? 'max-lg:hidden' : ''}`}
        >
          <div className="flex items-center border-line border-b bg-sunken px-2 py-1.5 max-lg:hidden">
            <SegmentedControl<Pane> label="Beside the table" size="sm" value={side} onChange={setPane} options={VIEWS.slice(1)} />
          </div>
          <div className={side === 'json' ? 'min-h-0 flex-1' : 'hidden'}>
            <JsonPane
              draft={draft}
              notes={notes}
              tools={tools}
              place={place}
              onChange={mayManage ? setText : undefined}
              onLayOut={layOut}
              onGo={go}
            />
          </div>
          {side === 'try' && (
            <div className="min-h-0 flex-1 overflow-y-auto">
              <TryCall
                source={draft.source}
                tools={tools}
                grants={grants}
                onShow={show}
                keep={mayManage ? { organization, policyId: policy.id } : null}
              />
            </div>
          )}
          {side === 'tests' && (
            <div className="min-h-0 flex-1 overflow-y-auto">
              <TestsPane
                organization={organization}
                policyId={policy.id}
                source={draft.source}
                tests={tests}
                mayManage={mayManage}
                onShow={show}
                onTry={() => setPane('try')}
              />
            </div>
          )}
          {/* Stays, so that a result is not lost while the draft is edited. */}
          <div className={side === 'replay' ? 'min-h-0 flex-1 overflow-y-auto' : 'hidden'}>
            <ReplayPane organization={organization} policy={policy.slug} source={draft.source} broken={broken} onShow={show} />
          </div>
          {side === 'suggest' && (
            <div className="min-h-0 flex-1 overflow-y-auto">
              <SuggestPane
                organization={organization}
                policy={policy}
                document={broken ? null : draft.document}
                source={draft.source}
                tools={tools}
                mayManage={mayManage}
                onEdit={edit}
                onShow={show}
              />
            </div>
          )}
        </section>
      </div>
      {publishing && (
        <PublishDialog
          organization={organization}
          policy={policy}
          base={base}
          source={draft.source}
          tools={tools}
          grants={grants}
          tests={tests}
          mayOverride={mayOverride}
          onClose={() => setPublishing(false)}
          onMerged={(theirs, text) => {
            setBase(theirs);
            edit(() => text);
          }}
          onPublished={published}
          onPlace={go}
        />
      )}
      <LeaveGuard active={dirty} onLeave={discard} />
    </>
  );
}

const VIEWS: readonly { value: Pane; label: string }[] = [
  { value: 'table', label: 'Rules' },
  { value: 'json', label: 'JSON' },
  { value: 'try', label: 'Try a call' },
  { value: 'tests', label: 'Tests' },
  { value: 'replay', label: 'Replay' },
  { value: 'suggest', label: 'Suggest' },
];
