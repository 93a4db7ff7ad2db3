'use client';
import { exampleArguments } from '@toolgate/catalogue/example-arguments';
import type { PolicyTool } from '@toolgate/policy/call';
import { useId, useMemo, useState } from 'react';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { ArgumentsEditor } from './arguments-editor.tsx';
import type { BuilderGrant } from './builder-grant.ts';
import { type BuilderTool, unknownTool } from './builder-tool.ts';
import { CallOutcome } from './call-outcome.tsx';
import { Circumstances, type Situation } from './circumstances.tsx';
import { GrantFields } from './grant-fields.tsx';
import type { Question } from './simulator/simulate.ts';
import type { Outcome } from './simulator/simulator.ts';
import { useSimulation } from './simulator/use-simulation.ts';
import { SaveTest } from './tests/save-test.tsx';

interface Props {
  /** The text of the draft. */
  source: string;
  tools: BuilderTool[];
  grants: BuilderGrant[];
  onShow(pointer: string): void;
  /** Where a call that was tried can be kept as a test; null: it cannot. */
  keep: { organization: string; policyId: string } | null;
}

/** One call, decided in a thread of this page by the engine that the gateway runs. Nothing is sent, nothing is counted. */
export function TryCall({ source, tools, grants, onShow, keep }: Props) {
  const listId = useId();
  const [name, setName] = useState(tools[0]?.name ?? '');
  const [text, setText] = useState<string | null>(null);
  const [grant, setGrant] = useState<BuilderGrant>(grants[0] ?? ANYBODY);
  const [situation, setSituation] = useState<Situation>({ client: '', state: 'as_it_is', approved: false });
  const [used, setUsed] = useState<ReadonlyMap<string, number>>(new Map());
  const tool = tools.find((one) => one.name === name);
  const args = text ?? JSON.stringify(exampleArguments(tool?.inputSchema), null, 2);
  const question = useMemo(
    () => questionOf(source, tool ?? unknownTool(name), args, grant, situation, used),
    [source, name, tool, args, grant, situation, used],
  );
  const outcome = useSimulation(question);
  const simulation = outcome?.kind === 'answer' && outcome.answer.kind === 'call' ? outcome.answer.simulation : null;
  const problem = outcome?.kind === 'answer' && outcome.answer.kind === 'no_call' ? outcome.answer.problem : null;
  return (
    <div className="grid gap-4 p-3">
      <Field label="Tool">
        <Input
          mono
          list={listId}
          value={name}
          maxLength={256}
          onChange={(event) => {
            setName(event.target.value);
            setText(null);
          }}
        />
      </Field>
      <datalist id={listId}>
        {tools.map((one) => (
          <option key={one.name} value={one.name} />
        ))}
      </datalist>
      <GrantFields grants={grants} grant={grant} onChange={setGrant} />
      <ArgumentsEditor text={args} inputSchema={tool?.inputSchema} problem={problem} onChange={setText} />
      <Circumstances situation={situation} paused={grant.paused} onChange={setSituation} />
      <section aria-label="Decision" aria-live="polite" className="grid gap-3 border-line border-t pt-4">
        <Trouble outcome={outcome} />
        {simulation && (
          <CallOutcome
            simulation={simulation}
            used={used}
            onUsed={(key, units) => setUsed((before) => new Map(before).set(key, units))}
            onShow={onShow}
          />
        )}
        {simulation && keep && question.source !== null && (
          <div>
            <SaveTest {...keep} call={question.call} decision={simulation.decision} />
          </div>
        )}
      </section>
    </div>
  );
}

const ANYBODY: BuilderGrant = { label: 'laptop', kind: 'agent', paused: false, governed: false };

function questionOf(
  source: string,
  { name, annotations, category, risk, state: pinned }: PolicyTool,
  args: string,
  grant: BuilderGrant,
  { client, state, approved }: Situation,
  used: ReadonlyMap<string, number>,
): Extract<Question, { kind: 'call' }> {
  return {
    kind: 'call',
    source: state === 'no_policy' ? null : source,
    call: {
      tool: { name, category, risk, annotations, state: pinned },
      args,
      grant: { label: grant.label, tags: [grant.kind] },
      client: { name: client || null },
      paused: state === 'as_it_is' ? (grant.paused ? 'grant' : null) : state === 'no_policy' ? null : state,
      approved,
      used: [...used].map(([key, units]) => ({ key, units })),
    },
  };
}

/** Why there is no decision to show. */
function Trouble({ outcome }: { outcome: Outcome | null }) {
  if (outcome === null) return <p className="animate-appear text-muted text-sm">Loading the engine …</p>;
  switch (outcome.kind) {
    case 'answer':
      return outcome.answer.kind === 'no_call' ? <p className="text-muted text-sm">No decision: the arguments cannot be read.</p> : null;
    case 'slow':
      return <Callout tone="error">This took longer than two seconds, so it was ended. Change the document or the arguments.</Callout>;
    case 'fault':
      return <Callout tone="error">The call could not be tried: {outcome.message}</Callout>;
  }
}
