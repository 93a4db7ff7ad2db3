'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { Textarea } from '@/components/ui/textarea';
import { useAction } from '@/components/use-action';
import { runTrialAction } from './actions';
import type { GetStartedTool } from './get-started-steps';
import { MOST_CALLS, type Trial } from './trial';
import { TrialResult } from './trial-result';

interface Props {
  org: string;
  server: { id: string; slug: string };
  policy: { id: string };
  tools: GetStartedTool[];
  onRan(): void;
}

/** A real call through the gateway: one, or 31 to see the limit. */
export function RunStep({ org, server, policy, tools, onRan }: Props) {
  const first = tools.find((tool) => tool.name === 'image_to_image') ?? tools[0];
  const [name, setName] = useState(first?.name ?? '');
  const [args, setArgs] = useState(first?.sample ?? '{}');
  const [times, setTimes] = useState(1);
  const [trial, setTrial] = useState<Trial | null>(null);
  const { run, pending, refusal } = useAction(runTrialAction, {
    onDone: (value) => {
      setTrial(value);
      onRan();
    },
  });
  const parsed = parseObject(args);
  const start = (count: number) => {
    setTimes(count);
    setTrial(null);
    if (parsed) run(org, { serverId: server.id, serverSlug: server.slug, policyId: policy.id, tool: name, args: parsed, times: count });
  };
  return (
    <div className="panel grid overflow-hidden md:grid-cols-2">
      <div className="grid min-w-0 content-start gap-4 border-line p-4 max-md:border-b md:border-r">
        <Field label="Tool">
          <Select
            className="font-mono"
            value={name}
            onChange={(event) => {
              setName(event.target.value);
              setArgs(tools.find((tool) => tool.name === event.target.value)?.sample ?? '{}');
            }}
          >
            {tools.map((tool) => (
              <option key={tool.name}>{tool.name}</option>
            ))}
          </Select>
        </Field>
        <Field label="Arguments" error={parsed ? undefined : 'This is not a JSON object.'}>
          <Textarea
            mono
            spellCheck={false}
            rows={6}
            className="text-xs leading-5"
            value={args}
            onChange={(event) => setArgs(event.target.value)}
          />
        </Field>
        <div className="flex flex-wrap gap-2">
          <Button variant="primary" disabled={!parsed} pending={pending && times === 1} onClick={() => !pending && start(1)}>
            Run call
          </Button>
          <Button disabled={!parsed} pending={pending && times > 1} onClick={() => !pending && start(MOST_CALLS)}>
            Run 31 times
          </Button>
        </div>
        {refusal && <Callout tone="denied">{refusal.message}</Callout>}
      </div>
      <div className="min-w-0 p-4">
        <TrialResult trial={trial} pending={pending} times={times} />
      </div>
    </div>
  );
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
