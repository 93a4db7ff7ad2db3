'use client';
import { useRouter } from 'next/navigation';
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { classNames } from '@/components/class-names';
import { LimitsProvider } from '@/components/limits/limits-provider';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { useQueryState } from '@/components/use-query-state';
import { AskedNotices } from './asked-notices.tsx';
import type { BuilderGrant } from './builder-grant.ts';
import type { BuilderTool } from './builder-tool.ts';
import { DraftNotices } from './draft-notices.tsx';
import { EditorHeader } from './editor-header.tsx';
import type { EditorPlace } from './json-editor.tsx';
import { LeaveGuard } from './leave-guard.tsx';
import { documentNotes } from './notes.ts';
import { pointerLines } from './pointer-lines.ts';
import { inForceWords } from './publish/in-force-words.ts';
import { PublishDialog } from './publish/publish-dialog.tsx';
import { type Shadow, ShadowBanner } from './publish/shadow-banner.tsx';
import { usePublished } from './publish/use-published.ts';
import type { AskedCall } from './recorded/recorded-call.ts';
import type { KeptTest } from './replay/life.worker.ts';
import { RulesView } from './rules-view.tsx';
import { SIDE_PANES, type SidePane, SidePanes } from './side-panes.tsx';
import { useAllowAsked } from './use-allow-asked.ts';
import { type Base, usePolicyDraft } from './use-policy-draft.ts';

interface Props {
  organization: string;
  policy: { id: string; slug: string; name: string };
  saved: Base;
  tools: BuilderTool[];
  /** Whom calls can be tried as. */
  grants: BuilderGrant[];
  tests: readonly KeptTest[];
  /** The version in its shadow period. */
  shadow: Shadow | null;
  /** The highest number of a version. */
  newest: number;
  mayManage: boolean;
  /** May publish although tests fail. */
  mayOverride: boolean;
  /** Every gateway decides by everything that was saved; so many run. */
  inForce: boolean;
  gateways: number;
  asked: Asked;
  header: { title: string; state: ReactNode; parent: { href: string; label: string } };
  /** Above the panes: which server's tools are shown. */
  serverChoice: ReactNode;
}

/** What somebody came for. */
export interface Asked {
  /** Pointer of a place to show first. */
  line: string | null;
  /** A call of the log to try. */
  call: AskedCall | null;
  /** A tool to allow in the draft. */
  allow: string | null;
}

/** One draft in two views: the table at the left, its JSON (or a call to try) at the right. */
export function PolicyEditor({
  organization,
  policy,
  saved,
  tools,
  grants,
  tests,
  shadow,
  newest,
  asked,
  header,
  serverChoice,
  ...may
}: Props) {
  const { mayManage, mayOverride, inForce, gateways } = may;
  const router = useRouter();
  const { draft, base, dirty, restored, ready, setBase, setText, edit, layOut, undo, discard } = usePolicyDraft(policy.id, saved);
  const recorded = asked.call?.ok ? asked.call.call : null;
  const [side, setSide] = useState<SidePane>(recorded ? 'try' : 'json');
  // On a narrow screen only one of the two is shown.
  const [rulesFirst, setRulesFirst] = useState(!recorded || asked.allow !== null);
  // Five columns need the width.
  const [view] = useQueryState('view');
  const [place, setPlace] = useState<EditorPlace | null>(null);
  const [publishing, setPublishing] = useState(false);
  const allowed = useAllowAsked({ tool: asked.allow, ready, document: draft.document, tools, mayManage, onEdit: edit });
  const broken = draft.problems.length > 0;
  const notes = useMemo(() => (draft.document ? documentNotes(draft.document, tools) : []), [draft.document, tools]);

  const showSide = useCallback((pane: SidePane) => {
    setSide(pane);
    setRulesFirst(false);
  }, []);
  const go = useCallback(
    (where: EditorPlace) => {
      showSide('json');
      setPlace({ offset: where.offset, length: where.length });
    },
    [showSide],
  );
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
  const published = usePublished({ organization, policyId: policy.id, base, source: draft.source, setBase, setText });
  const { line } = asked;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the place in the address is shown once.
  useEffect(() => {
    if (line !== null) show(line);
  }, [line]);

  return (
    <LimitsProvider org={organization} policyId={policy.id}>
      <EditorHeader
        organization={organization}
        policy={policy}
        header={header}
        state={
          dirty
            ? `Changed since version ${base.version}`
            : `Version ${base.version}, ${inForce ? inForceWords(gateways) : 'saved but not yet in force'}`
        }
        mayManage={mayManage}
        can={{ undo: draft.past.length > 0, discard: dirty, publish: dirty && !broken }}
        onUndo={undo}
        onDiscard={discard}
        onPublish={() => setPublishing(true)}
      />
      {shadow && (
        <ShadowBanner
          organization={organization}
          policy={policy}
          version={saved.version}
          shadow={shadow}
          mayManage={mayManage}
          onEnforced={(version, text) => {
            setBase({ version, source: text });
            if (!dirty) setText(text);
            router.refresh();
          }}
        />
      )}
      <AskedNotices allow={allowed?.says ?? null} call={asked.call && !asked.call.ok ? asked.call.problem : null} />
      <DraftNotices draft={draft} restored={restored && dirty} onGo={go} onShow={show} />
      <SegmentedControl<SidePane | 'rules'>
        label="View"
        value={rulesFirst ? 'rules' : side}
        onChange={(next) => (next === 'rules' ? setRulesFirst(true) : showSide(next))}
        options={[{ value: 'rules', label: 'Rules' }, ...SIDE_PANES]}
        className="mb-3 lg:hidden"
      />
      <div
        className={classNames(
          'grid grid-cols-[minmax(0,1fr)] items-start gap-4',
          view === 'board' ? 'lg:grid-cols-[minmax(0,1fr)_minmax(18rem,24rem)]' : 'lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]',
        )}
      >
        <section aria-label="Rules" className={classNames('min-w-0', !rulesFirst && 'max-lg:hidden')}>
          {draft.document ? (
            <RulesView
              organization={organization}
              policyId={policy.id}
              document={draft.document}
              base={base.source}
              tools={tools}
              notes={notes}
              serverChoice={serverChoice}
              disabled={broken || !mayManage}
              opened={allowed?.opens ?? null}
              onEdit={edit}
              onShow={show}
            />
          ) : (
            <p className="panel px-3 py-6 text-center text-muted text-sm">The table appears as soon as the JSON can be read.</p>
          )}
        </section>
        <SidePanes
          pane={side}
          onPane={showSide}
          className={rulesFirst ? 'max-lg:hidden' : ''}
          organization={organization}
          policy={policy}
          draft={draft}
          by={dirty ? 'this draft' : `version ${base.version}`}
          tools={tools}
          grants={grants}
          tests={tests}
          recorded={recorded}
          mayManage={mayManage}
          json={{ notes, place, onChange: mayManage ? setText : undefined, onLayOut: layOut, onGo: go }}
          onEdit={edit}
          onShow={show}
        />
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
          shadow={shadow}
          next={Math.max(newest, base.version) + 1}
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
    </LimitsProvider>
  );
}
