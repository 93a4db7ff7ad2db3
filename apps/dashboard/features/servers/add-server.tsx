'use client';
import type { Refusal } from '@toolgate/services/refusal';
import type { Paste } from '@toolgate/services/server/understand-paste';
import { useRouter } from 'next/navigation';
import { type FormEvent, useEffect, useState, useTransition } from 'react';
import { notify } from '@/components/notify';
import { Button } from '@/components/ui/button';
import { Callout } from '@/components/ui/callout';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { registerAction, understandAction } from './actions';
import { type Candidate, candidatesOf } from './candidate';
import { CandidateCard } from './candidate-card';
import { type ManagedChoice, ManagedChoices } from './managed-choices';

/** One box that takes whatever people have at hand; says what it understood before anything is stored. */
export function AddServer({ org, managed }: { org: string; managed: ManagedChoice[] }) {
  const router = useRouter();
  const { text, setText, paste, candidates, setCandidates } = usePaste(org, managed);
  const [refusals, setRefusals] = useState<Record<string, Refusal>>({});
  const [pending, start] = useTransition();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (pending || candidates.length === 0) return;
    start(async () => {
      const { left, failed, added } = await registerAll(org, candidates);
      setRefusals(failed);
      setCandidates(left);
      if (left.length > 0) return;
      notify(added.length === 1 ? 'Server added' : `${added.length} servers added`, { description: 'Its tools are being listed.' });
      router.push(added.length === 1 ? `/${org}/servers/${added[0]}` : `/${org}/servers`);
    });
  };
  const change = (next: Candidate) => setCandidates(candidates.map((one) => (one.key === next.key ? next : one)));
  return (
    <form onSubmit={submit} className="grid max-w-160 gap-6" noValidate>
      <Field
        label="Paste an address, a client’s configuration, or a name"
        help="A URL, an mcpServers block of any client, or an npx command. Nothing is stored or contacted before you press the button."
      >
        <Textarea
          mono
          rows={3}
          value={text}
          onChange={(event) => setText(event.target.value)}
          placeholder="https://mcp.example.com/mcp"
          autoFocus
          spellCheck={false}
        />
      </Field>
      <div aria-live="polite" className="grid gap-3 empty:hidden">
        {paste?.kind === 'unknown' && text.trim() !== '' && <Callout tone="limited">{paste.message}</Callout>}
        {paste?.kind === 'config' &&
          paste.skipped.map((one) => (
            <Callout key={one.name} title={`Left out: ${one.name}`}>
              {one.reason}
            </Callout>
          ))}
        {candidates.map((candidate) => (
          <CandidateCard
            key={candidate.key}
            candidate={candidate}
            managed={managed}
            refusal={refusals[candidate.key] ?? null}
            onChange={change}
            onRemove={candidates.length > 1 ? () => setCandidates(candidates.filter((one) => one !== candidate)) : null}
          />
        ))}
      </div>
      {candidates.length === 0 && <ManagedChoices choices={managed} onChoose={setText} />}
      {candidates.length > 0 && (
        <div className="flex gap-2">
          <Button type="submit" variant="primary" pending={pending}>
            {candidates.length === 1 ? 'Add server' : `Add ${candidates.length} servers`}
          </Button>
          <Button variant="quiet" onClick={() => setText('')}>
            Start over
          </Button>
        </div>
      )}
    </form>
  );
}

function usePaste(org: string, managed: ManagedChoice[]) {
  const [text, setText] = useState('');
  const [paste, setPaste] = useState<Paste | null>(null);
  const [candidates, setCandidates] = useState<Candidate[]>([]);
  useEffect(() => {
    let current = true;
    const timer = setTimeout(async () => {
      const next = text.trim() === '' ? null : await understandAction(org, text).catch(() => null);
      if (!current) return;
      setPaste(next);
      setCandidates(candidatesOf(next, (name) => managed.find((one) => one.name === name)?.title ?? name));
    }, 200);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [org, text, managed]);
  return { text, setText, paste, candidates, setCandidates };
}

/** One after the other; what was refused stays on the page with its reason. */
async function registerAll(org: string, candidates: Candidate[]) {
  const left: Candidate[] = [];
  const failed: Record<string, Refusal> = {};
  const added: string[] = [];
  for (const candidate of candidates) {
    const headers = candidate.headers.filter(({ name, value }) => name !== '' || value !== '');
    const result = await registerAction(org, { name: candidate.name, ...candidate.target }, headers);
    if (result.ok) added.push(result.value.slug);
    else {
      left.push(candidate);
      failed[candidate.key] = result.refusal;
    }
  }
  return { left, failed, added };
}
