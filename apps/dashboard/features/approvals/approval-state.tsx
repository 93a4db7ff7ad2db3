import { DecisionMark } from '@/components/ui/decision-mark';

const WORDS = { pending: 'waiting', approved: 'approved', denied: 'denied', expired: 'expired', used: 'approved, used' } as const;
const LOOKS = { pending: 'pending', approved: 'allowed', denied: 'denied', expired: 'unknown', used: 'allowed' } as const;

export type State = keyof typeof WORDS;

/** An expired request looks like nobody decided, because nobody did. */
export function ApprovalState({ state }: { state: State }) {
  return <DecisionMark decision={LOOKS[state]} label={WORDS[state]} />;
}
