'use client';
import { exampleArguments } from '@toolgate/catalogue/example-arguments';
import type { CompiledPolicy } from '@toolgate/policy/compile';
import { decide } from '@toolgate/policy/decide';
import type { Decision } from '@toolgate/policy/decision';
import { explainLimit } from '@toolgate/policy/explain';
import { useId, useMemo, useState } from 'react';
import { DecisionTrace } from '@/components/decision-trace';
import { DecisionMark } from '@/components/ui/decision-mark';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Textarea } from '@/components/ui/textarea';
import { type BuilderTool, unknownTool } from './builder-tool.ts';

interface Props {
  policy: CompiledPolicy;
  tools: BuilderTool[];
  onShow(pointer: string): void;
}

/** One call, decided here by the engine that the gateway runs. Nothing is sent, nothing is counted. */
export function TryCall({ policy, tools, onShow }: Props) {
  const listId = useId();
  const [name, setName] = useState(tools[0]?.name ?? '');
  const [text, setText] = useState<string | null>(null);
  const [label, setLabel] = useState('laptop');
  const tool = tools.find((one) => one.name === name);
  const args = text ?? JSON.stringify(exampleArguments(tool?.inputSchema), null, 2);
  const parsed = useMemo(() => parse(args), [args]);
  const decision = parsed.ok
    ? decide(policy, {
        tool: tool ?? unknownTool(name),
        args: parsed.value,
        grant: { label, tags: [] },
        client: { name: null },
        paused: null,
      })
    : null;
  return (
    <div className="grid gap-4 p-3">
      <div className="grid gap-3 sm:grid-cols-2">
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
        <Field label="As the grant">
          <Input value={label} maxLength={100} onChange={(event) => setLabel(event.target.value)} />
        </Field>
      </div>
      <datalist id={listId}>
        {tools.map((one) => (
          <option key={one.name} value={one.name} />
        ))}
      </datalist>
      <Field label="Arguments (JSON)" error={parsed.ok ? null : parsed.problem}>
        <Textarea mono rows={5} spellCheck={false} value={args} onChange={(event) => setText(event.target.value)} />
      </Field>
      <div aria-live="polite">{decision && <Outcome decision={decision} onShow={onShow} />}</div>
    </div>
  );
}

function Outcome({ decision, onShow }: { decision: Decision; onShow(pointer: string): void }) {
  return (
    <div className="grid gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <DecisionMark
          decision={decision.effect}
          label={{ allow: 'allowed', deny: 'denied', limit: 'limited', pending: 'pending' }[decision.effect]}
        />
        <code className="font-mono text-xs">{decision.code}</code>
        {decision.rule !== null && (
          <button type="button" onClick={() => onShow(decision.rule as string)} className="link break-all font-mono text-xs">
            {decision.rule}
          </button>
        )}
      </div>
      <blockquote className="rounded-control border border-line bg-sunken px-3 py-2 text-sm">{decision.message}</blockquote>
      {decision.shadow && (
        <p className="text-sm">
          In shadow: <DecisionMark decision={decision.shadow.effect} shadow /> {decision.shadow.message}
        </p>
      )}
      {decision.charges.map((charge) => (
        <p key={charge.rule} className="text-muted text-sm">
          Would count {charge.amountMicros / 1_000_000} on <code className="font-mono text-xs">{charge.counter}</code>:{' '}
          {explainLimit(charge.limit)}.
        </p>
      ))}
      <DecisionTrace trace={decision.trace} />
    </div>
  );
}

function parse(text: string): { ok: true; value: unknown } | { ok: false; problem: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch {
    return { ok: false, problem: 'This is no JSON: arguments look like {"prompt": "a cat"}.' };
  }
}
