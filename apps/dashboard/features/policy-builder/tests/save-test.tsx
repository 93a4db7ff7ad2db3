'use client';
import { describeRun, type PolicyTestCall } from '@toolgate/policy/policy-test';
import { counterKey, leaseKey } from '@toolgate/policy/used-counters';
import { useState } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useAction } from '@/components/use-action';
import type { SimulatedCall, Simulation } from '../simulator/simulate.ts';
import { addPolicyTestAction } from './actions.ts';

interface Props {
  organization: string;
  policyId: string;
  call: SimulatedCall;
  simulation: Pick<Simulation, 'decision' | 'takes'>;
}

/** Keeps the call that was tried, and what became of it, as a test of the policy. */
export function SaveTest({ organization, policyId, call, simulation: { decision, takes } }: Props) {
  const [open, setOpen] = useState(false);
  const { effect, code, rule } = decision;
  const said = describeRun({ effect, code, rule: null });
  const [name, setName] = useState('');
  const [exact, setExact] = useState(true);
  const save = useAction(addPolicyTestAction, {
    onDone: () => {
      setOpen(false);
      notify('Test saved: it runs at every publish');
    },
  });
  return (
    <>
      <Button
        size="sm"
        onClick={() => {
          setName(`${call.tool.name} as ${call.grant.label} is ${said}`.slice(0, 80));
          save.clear();
          setOpen(true);
        }}
      >
        Save as test
      </Button>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title="Save as test"
        description="The call, its circumstances and counters are kept with the policy. Nobody can publish a version that decides otherwise."
        footer={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              variant="primary"
              pending={save.pending}
              onClick={() =>
                save.run(organization, {
                  policyId,
                  name,
                  call: callOf(call, takes),
                  expected: { effect, code, ...(exact ? { rule } : {}) },
                })
              }
            >
              Save test
            </Button>
          </>
        }
      >
        <div className="grid gap-3">
          {save.refusal && !save.fields.name && <Callout tone="denied">{save.refusal.message}</Callout>}
          <Field label="Name" error={save.fields.name}>
            <Input value={name} maxLength={80} onChange={(event) => setName(event.target.value)} />
          </Field>
          <p className="text-sm">
            Expected: {said} (<code className="font-mono text-xs">{code}</code>)
          </p>
          <Checkbox checked={exact} onChange={(event) => setExact(event.target.checked)}>
            {rule === null ? 'And no line of the document decides it' : 'And by exactly this line: '}
            {rule !== null && <code className="break-all font-mono text-xs">{rule}</code>}
          </Checkbox>
          <p className="text-muted text-xs">The arguments are stored as they are: leave secrets out of them.</p>
        </div>
      </Dialog>
    </>
  );
}

/** Of the counters only those that the call takes from. */
function callOf({ tool, args, grant, client, paused, approved, used }: SimulatedCall, takes: Simulation['takes']): PolicyTestCall {
  const { name, category, risk, annotations, state } = tool;
  const taken = new Set([
    ...[...takes.charges, ...takes.shadowCharges].map(counterKey),
    ...[...takes.leases, ...takes.shadowLeases].map(leaseKey),
  ]);
  const counted = used.filter(({ key }) => taken.has(key));
  return { tool: { name, category, risk, annotations, state }, args, grant, client, paused, approved: approved ?? false, used: counted };
}
