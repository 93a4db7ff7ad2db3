'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { editPolicy } from '@toolgate/policy/edit';
import { setPlace } from '@toolgate/policy/edit-place';
import { addHidden, addRule, rulePointer, setMethod, setRule } from '@toolgate/policy/edit-rule';
import { explainFrame, explainHidden, explainMethod } from '@toolgate/policy/explain-document';
import { toPointer } from '@toolgate/policy/pointer';
import { memo, useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { argumentsOf } from './argument-paths.ts';
import type { BuilderTool } from './builder-tool.ts';
import { DocumentNotes } from './document-notes.tsx';
import { documentOnly, type Note } from './notes.ts';
import type { Edit } from './rule-form/edit.ts';
import { FormSection } from './rule-form/form-section.tsx';
import { NameList } from './rule-form/name-list.tsx';
import { RuleForm } from './rule-form/rule-form.tsx';

interface Props {
  document: PolicyDocument;
  tools: readonly BuilderTool[];
  notes: Note[];
  disabled: boolean;
  onEdit: Edit;
  onShow(pointer: string): void;
}

/** What the document says beside its tools: in sentences, and opened as a form. */
export const DocumentForm = memo(function DocumentForm({ document, tools, notes, disabled, onEdit, onShow }: Props) {
  const args = useMemo(() => argumentsOf(tools.map(({ inputSchema }) => inputSchema)), [tools]);
  const { allTools, hide, methods, mode } = document;
  const said = [
    ...explainFrame(document),
    ...hide.map((pattern, index) => ({ pointer: toPointer(['hide', index]), text: explainHidden(pattern) })),
    ...[...methods].map(([name, effect]) => ({ pointer: toPointer(['methods', name]), text: explainMethod(name, effect) })),
  ];
  return (
    <div className="panel">
      <DocumentNotes doubts={documentOnly(notes)} said={said} onShow={onShow} />
      <details>
        <summary className="px-3 py-2 text-sm">
          All tools, hidden names, other methods{' '}
          <span className="text-muted text-xs">{said.length === 0 ? 'nothing is said of them' : ''}</span>
        </summary>
        <div className="grid grid-cols-[minmax(0,1fr)] gap-5 border-line border-t p-3">
          <FormSection title="Rule for all tools" note="applies before each tool's own">
            {allTools ? (
              <>
                <div className="flex flex-wrap items-center gap-2">
                  <SegmentedControl
                    label="Rule for all tools"
                    size="sm"
                    value={allTools.action}
                    onChange={(action) => onEdit((source) => setRule(source, rulePointer(null), { action }))}
                    options={[
                      { value: 'allow', label: 'As their rules say', disabled },
                      { value: 'deny', label: 'Denied', disabled },
                      { value: 'hide', label: 'Hidden', disabled },
                    ]}
                  />
                  <Button
                    size="sm"
                    variant="quiet"
                    disabled={disabled}
                    onClick={() => onEdit((source) => setPlace(source, rulePointer(null), undefined))}
                  >
                    Take it away
                  </Button>
                </div>
                <RuleForm name={null} rule={allTools} args={args} disabled={disabled} onEdit={onEdit} />
              </>
            ) : (
              <div>
                <Button size="sm" disabled={disabled} onClick={() => onEdit((source) => addRule(source, null))}>
                  Write one
                </Button>
              </div>
            )}
          </FormSection>
          <NameList
            title="Hidden names"
            note="not in tools/list, and denied when called"
            placeholder="delete_*"
            entries={hide.map((name, index) => ({ name, key: toPointer(['hide', index]) }))}
            disabled={disabled}
            onAdd={(name) => onEdit((source) => addHidden(source, name))}
            onRemove={(pointer) => onEdit((source) => setPlace(source, pointer, undefined))}
          />
          <NameList
            title="Other methods"
            note={`resources, prompts, completion, sampling, elicitation, roots; the others are ${document.default === 'deny' ? 'denied' : 'allowed'}`}
            placeholder="prompts/*"
            problem={methodProblem}
            entries={[...methods].map(([name, effect]) => ({ name, key: name, effect }))}
            disabled={disabled}
            onAdd={(name) => onEdit((source) => setMethod(source, name, document.default === 'deny' ? 'allow' : 'deny'))}
            onEffect={(name, effect) => onEdit((source) => setMethod(source, name, effect))}
            onRemove={(name) => onEdit((source) => setMethod(source, name, null))}
          />
          <Checkbox
            disabled={disabled}
            checked={mode === 'shadow'}
            onChange={(event) => {
              const value = event.target.checked ? ('shadow' as const) : ('enforce' as const);
              onEdit((source) => editPolicy(source, { kind: 'mode', value }));
            }}
          >
            Only record what the whole policy would decide (shadow): nothing is enforced
          </Checkbox>
        </div>
      </details>
    </div>
  );
});

const methodProblem = (name: string): string | null =>
  /^(resources|prompts|completion|sampling|elicitation|roots)\/[A-Za-z*/_-]+$/.test(name)
    ? null
    : 'such as resources/*, prompts/get or sampling/*';
