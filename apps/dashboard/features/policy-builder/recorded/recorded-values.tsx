'use client';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { useAction } from '@/components/use-action';
import { readRecordedValuesAction } from '../actions.ts';
import type { RecordedCall } from './recorded-call.ts';

interface Props {
  organization: string;
  call: RecordedCall;
  /** JSON of the arguments as they were kept. */
  onUse(text: string): void;
}

/** What is known of the recorded arguments' values. They are read only when asked for, which the log records. */
export function RecordedValues({ organization, call: { seq, argumentNames, kept, mayReadValues }, onUse }: Props) {
  const [said, setSaid] = useState<string | null>(null);
  const read = useAction((asked: number) => readRecordedValuesAction(organization, { seq: asked }), {
    onDone: ({ text, redacted, truncated }) => {
      if (truncated) return setSaid('Only the beginning of the values was kept, so that they cannot be used.');
      onUse(text);
      const taken = redacted === 1 ? '1 value was' : `${redacted} values were`;
      setSaid(
        `These are the recorded values${redacted > 0 ? `; ${taken} taken out because of what looks like a secret` : ''}. That you read them is in the log.`,
      );
    },
  });
  if (said !== null) return <Words text={said} />;
  if (argumentNames?.length === 0) return <Words text="It had no arguments." />;
  const below = argumentNames === null ? 'below are examples' : 'below are the recorded names with example values';
  if (!kept) return <Words text={`The values of its arguments were not recorded: ${below}.`} />;
  return (
    <div className="grid justify-items-start gap-2">
      <Words
        text={`The values of its arguments are kept, sealed: ${below}. ${mayReadValues ? 'Reading the values is recorded.' : 'Owners and admins may read them.'}`}
      />
      {mayReadValues && (
        <Button size="sm" pending={read.pending} onClick={() => read.run(seq)}>
          Use the recorded values
        </Button>
      )}
      {read.refusal && (
        <p role="alert" className="text-denied text-sm">
          {read.refusal.message}
        </p>
      )}
    </div>
  );
}

const Words = ({ text }: { text: string }) => (
  <p role="status" className="text-muted text-sm">
    {text}
  </p>
);
