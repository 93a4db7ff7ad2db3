'use client';
import { useRouter } from 'next/navigation';
import { notify } from '@/components/notify';
import { restorePolicyAction } from '../actions.ts';
import type { Base } from '../use-policy-draft.ts';
import { discardShadowAction } from './actions.ts';
import { inForceWords } from './in-force-words.ts';
import type { PublishedVersion } from './publish-dialog.tsx';

interface Draft {
  organization: string;
  policyId: string;
  base: Base;
  source: string;
  setBase(base: Base): void;
  setText(text: string): void;
}

/** What becomes of the draft after a publish, and when that is undone: the changes are in the draft again. */
export function usePublished({ organization, policyId, base, source, setBase, setText }: Draft): (published: PublishedVersion) => void {
  const router = useRouter();
  const withdraw = async (version: number) => {
    const withdrawn = await discardShadowAction(organization, { policyId, expectedShadow: version });
    if (!withdrawn.ok) return notify('Not undone', { description: withdrawn.refusal.message });
    setText(source);
    router.refresh();
    notify(`Version ${version} is withdrawn`, { description: 'Your changes are still in the draft.' });
  };
  const restore = async (version: number) => {
    const restored = await restorePolicyAction(organization, { policyId, number: base.version, expectedVersion: version });
    if (!restored.ok) return notify('Not undone', { description: restored.refusal.message });
    setBase({ version: restored.value.version, source: base.source });
    setText(source);
    router.refresh();
    const description = 'Your changes are still in the draft.';
    notify(`Version ${restored.value.version} says what version ${base.version} said`, { description });
  };
  return ({ version, source: text, inShadow, inForce, gateways }) => {
    if (inShadow) {
      setText(base.source);
      notify(`Version ${version} is in shadow`, { undo: () => void withdraw(version) });
    } else {
      setBase({ version, source: text });
      setText(text);
      if (inForce) notify(`Version ${version} is ${inForceWords(gateways)}`, { undo: () => void restore(version) });
    }
    router.refresh();
  };
}
