'use client';
import { explainRule } from '@toolgate/policy/explain';
import { readPolicy } from '@toolgate/policy/read';
import { useMemo, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { RiskBars } from '@/components/ui/risk-bars';
import { SegmentedControl } from '@/components/ui/segmented-control';
import { Textarea } from '@/components/ui/textarea';
import { useAction } from '@/components/use-action';
import { VisibleText } from '@/components/visible-text';
import { createPolicyAction } from './actions';
import type { GetStartedTool } from './get-started-steps';

const ONE_TOOL = `{"version":"1","default":"deny","tools":{"image_to_image":{"limits":[
  {"counter":"image_to_image_rate","window":"minute","max":30,"scope":"grant"}]}}}`;

type Start = 'one' | 'recommended' | 'own';

/** A policy to start from, shown as JSON and in words before it is published. */
export function PolicyStep({ org, tools, recommended }: { org: string; tools: GetStartedTool[]; recommended: string }) {
  const known = tools.some((tool) => tool.name === 'image_to_image');
  const [start, setStart] = useState<Start>('recommended');
  const [source, setSource] = useState(recommended);
  const read = useMemo(() => readPolicy(source), [source]);
  const { run, pending, refusal } = useAction(createPolicyAction);
  const choose = (next: Start) => {
    setStart(next);
    if (next !== 'own') setSource(next === 'one' ? ONE_TOOL : recommended);
  };
  const options = [
    { value: 'recommended' as const, label: 'Recommended' },
    ...(known ? [{ value: 'one' as const, label: 'Only image_to_image' }] : []),
    { value: 'own' as const, label: 'Paste JSON' },
  ];
  return (
    <div className="grid gap-4">
      <SegmentedControl<Start> label="Start from" value={start} onChange={choose} options={options} className="justify-self-start" />
      <div className="panel grid overflow-hidden md:grid-cols-2">
        <div className="min-w-0 border-line p-4 max-md:border-b md:border-r">
          <Field label="Policy document" error={read.ok ? undefined : `Line ${read.errors[0]?.line}: ${read.errors[0]?.message}`}>
            <Textarea
              mono
              spellCheck={false}
              className="h-64 field-sizing-fixed text-xs leading-5"
              value={source}
              onChange={(event) => {
                setSource(event.target.value);
                setStart('own');
              }}
            />
          </Field>
        </div>
        <div className="min-w-0 p-4">
          <h3 className="mb-1.5 font-medium text-sm">What it means for these tools</h3>
          <ul className="divide-y divide-line text-sm">
            {tools.map((tool) => (
              <li key={tool.name} className="grid gap-0.5 py-2">
                <span className="flex items-center justify-between gap-3">
                  <span className="clip font-medium font-mono">
                    <VisibleText text={tool.name} />
                  </span>
                  <RiskBars category={tool.category} />
                </span>
                <span className="text-muted">{read.ok ? meaning(read.document, tool.name) : '–'}</span>
              </li>
            ))}
          </ul>
          {read.ok &&
            read.conversions.map((one) => (
              <p key={one.pointer} className="text-muted text-sm">
                Understood: {one.message}
              </p>
            ))}
        </div>
      </div>
      {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      <Button
        variant="primary"
        className="justify-self-start"
        pending={pending}
        disabled={!read.ok}
        onClick={() => run(org, { name: 'Default', source })}
      >
        Publish policy
      </Button>
    </div>
  );
}

function meaning(document: Extract<ReturnType<typeof readPolicy>, { ok: true }>['document'], tool: string): string {
  const rule = new Map(document.tools).get(tool);
  if (!rule)
    return document.default === 'deny' ? 'Denied: not named, and the default is deny.' : 'Allowed: not named, and the default is allow.';
  const sentence = explainRule(tool, rule)
    .slice(tool.length + 1)
    .replace(/^(is|are) /, '');
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
