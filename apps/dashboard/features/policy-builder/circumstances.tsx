'use client';
import type { Paused } from '@toolgate/policy/call';
import { Checkbox } from '@/components/ui/checkbox';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';

/** What a decision depends on besides the call itself. */
export interface Situation {
  /** Name of the MCP client; empty: it did not say. */
  client: string;
  state: 'as_it_is' | Exclude<Paused, null> | 'no_policy';
  /** An approval for exactly this call is presented. */
  approved: boolean;
}

interface Props {
  situation: Situation;
  /** The chosen grant is paused. */
  paused: boolean;
  onChange(situation: Situation): void;
}

/** Seldom needed, so folded away; the summary says what is not as usual. */
export function Circumstances({ situation, paused, onChange }: Props) {
  const states: Record<Situation['state'], string> = {
    as_it_is: paused ? 'The grant is paused' : 'Nothing is paused',
    organization: 'The organization is paused',
    server: 'The server is paused',
    grant: 'The grant is paused',
    no_policy: 'No policy is attached',
  };
  const said = [
    states[situation.state],
    ...(situation.client ? [`from ${situation.client}`] : []),
    ...(situation.approved ? ['approved'] : []),
  ].join(', ');
  return (
    <details className="rounded-control border border-line">
      <summary className="px-3 py-2 text-sm">
        Circumstances <span className="text-muted">{said}</span>
      </summary>
      <div className="grid gap-3 border-line border-t p-3 sm:grid-cols-2">
        <Field label="State">
          <Select value={situation.state} onChange={(event) => onChange({ ...situation, state: event.target.value as Situation['state'] })}>
            {Object.entries(states)
              .filter(([state]) => !(paused && state === 'grant'))
              .map(([state, words]) => (
                <option key={state} value={state}>
                  {words}
                </option>
              ))}
          </Select>
        </Field>
        <Field label="MCP client">
          <Input
            value={situation.client}
            maxLength={200}
            placeholder="did not say"
            onChange={(event) => onChange({ ...situation, client: event.target.value })}
          />
        </Field>
        <Checkbox checked={situation.approved} onChange={(event) => onChange({ ...situation, approved: event.target.checked })}>
          A person has approved exactly this call
        </Checkbox>
      </div>
    </details>
  );
}
