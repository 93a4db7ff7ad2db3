import { CircleCheck, CirclePause, CircleX, Clock } from 'lucide-react';

const LOOKS = {
  active: { icon: CircleCheck, tone: 'text-muted' },
  paused: { icon: CirclePause, tone: 'font-medium text-limited' },
  expired: { icon: Clock, tone: 'font-medium text-denied' },
  revoked: { icon: CircleX, tone: 'font-medium text-denied' },
};

/** Whether a grant's token works. */
export function GrantState({ state }: { state: keyof typeof LOOKS }) {
  const { icon: Icon, tone } = LOOKS[state];
  return (
    <span className="inline-flex items-center align-middle gap-1.5 whitespace-nowrap">
      <Icon aria-hidden="true" className={`size-3.5 ${tone}`} />
      <span className={state === 'active' ? '' : tone}>{state}</span>
    </span>
  );
}
