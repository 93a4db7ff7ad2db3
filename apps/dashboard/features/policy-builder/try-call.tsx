'use client';
import { exampleArguments } from '@toolgate/catalogue/example-arguments';
import type { PolicyDocument } from '@toolgate/policy/document';
import { useId, useMemo, useState } from 'react';
import { useLimitsInUse } from '@/components/limits/limits-provider';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { ArgumentsEditor } from './arguments-editor.tsx';
import type { BuilderGrant } from './builder-grant.ts';
import { type BuilderTool, unknownTool } from './builder-tool.ts';
import { CallOutcome } from './call-outcome.tsx';
import { Circumstances, type Situation } from './circumstances.tsx';
import type { Counting } from './counter-state.tsx';
import { countersNow, usedNow } from './counters-now.ts';
import { GrantFields } from './grant-fields.tsx';
import { questionOf } from './question-of.ts';
import { RecordedBeside } from './recorded/recorded-beside.tsx';
import type { RecordedCall } from './recorded/recorded-call.ts';
import { tryStart } from './recorded/recorded-start.ts';
import { RecordedValues } from './recorded/recorded-values.tsx';
import type { Outcome } from './simulator/simulator.ts';
import { useSimulation } from './simulator/use-simulation.ts';
import { SaveTest } from './tests/save-test.tsx';

interface Props {
  organization: string;
  policyId: string;
  /** The text of the draft. */
  source: string;
  /** What it says; null: it could not be read yet. */
  document: PolicyDocument | null;
  /** What decides: `version 5`, `this draft`. */
  by: string;
  tools: BuilderTool[];
  grants: BuilderGrant[];
  /** A call of the log that is tried again. */
  recorded: RecordedCall | null;
  mayManage: boolean;
  onShow(pointer: string): void;
}

/** One call, decided in a thread of this page by the engine that the gateway runs. Nothing is sent, nothing is counted. */
export function TryCall({ organization, policyId, source, document, by, tools, grants, recorded, mayManage, onShow }: Props) {
  const listId = useId();
  const [start] = useState(() => tryStart(recorded, tools, grants));
  const [name, setName] = useState(start.tool);
  const [text, setText] = useState(start.args);
  const [grant, setGrant] = useState<BuilderGrant>(start.grant);
  const [server, setServer] = useState(start.serverId);
  const [situation, setSituation] = useState<Situation>({ client: start.client, state: 'as_it_is', approved: false });
  const [counting, setCounting] = useState<Counting>('made_up');
  const [used, setUsed] = useState<ReadonlyMap<string, number>>(new Map());
  const tool = tools.find((one) => one.name === name);
  const on = tool?.servers.find(({ id }) => id === server) ?? tool?.servers[0];
  const serverId = on?.id ?? null;
  const args = text ?? JSON.stringify(exampleArguments(tool?.inputSchema), null, 2);
  const { limits } = useLimitsInUse();
  const now = useMemo(
    () => (document ? countersNow(document, limits, { grantId: grant.id, serverId }) : new Map()),
    [document, limits, grant.id, serverId],
  );
  const taken = useMemo(() => [...used].map(([key, units]) => ({ key, units })), [used]);
  const current = useMemo(() => usedNow(now), [now]);
  const counted = counting === 'now' ? current : taken;
  const question = useMemo(
    () => questionOf(source, { tool: tool ?? unknownTool(name), args, grant, situation, used: counted }),
    [source, name, tool, args, grant, situation, counted],
  );
  const outcome = useSimulation(question);
  const simulation = outcome?.kind === 'answer' && outcome.answer.kind === 'call' ? outcome.answer.simulation : null;
  const problem = outcome?.kind === 'answer' && outcome.answer.kind === 'no_call' ? outcome.answer.problem : null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)] gap-4 p-3">
      {recorded && (
        <RecordedBeside organization={organization} call={recorded} now={simulation?.decision ?? null} by={by} onShow={onShow}>
          {tools.some((one) => one.name === recorded.tool) || (
            <p className="text-muted text-sm">None of the servers shown has this tool now, so that it is tried as an unknown one.</p>
          )}
          <RecordedValues organization={organization} call={recorded} onUse={setText} />
        </RecordedBeside>
      )}
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
      {tool && tool.servers.length > 1 && (
        <Field label="On the server">
          <Select value={serverId ?? ''} onChange={(event) => setServer(event.target.value)}>
            {tool.servers.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <GrantFields grants={grants} grant={grant} onChange={setGrant} />
      <ArgumentsEditor text={args} inputSchema={tool?.inputSchema} problem={problem} onChange={setText} />
      <Circumstances situation={situation} paused={grant.paused} onChange={setSituation} />
      {/* What counts down by itself is not read out again and again. */}
      <section
        aria-label="Decision"
        aria-live={counting === 'now' ? 'off' : 'polite'}
        className="grid grid-cols-[minmax(0,1fr)] gap-3 border-line border-t pt-4"
      >
        <Trouble outcome={outcome} />
        {simulation && (
          <CallOutcome
            simulation={simulation}
            counters={{
              ...{ counting, onCounting: setCounting, used, now },
              onUsed: (key, units) => setUsed((before) => new Map(before).set(key, units)),
            }}
            onShow={onShow}
          />
        )}
        {simulation && mayManage && question.source !== null && (
          <div>
            <SaveTest organization={organization} policyId={policyId} call={question.call} simulation={simulation} />
          </div>
        )}
      </section>
    </div>
  );
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
