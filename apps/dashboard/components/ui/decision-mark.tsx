import {
  Check,
  CircleHelp,
  HourglassIcon as Hourglass,
  LockKeyhole,
  type LucideIcon,
  OctagonAlert,
  Pause,
  Timer,
  UserCheck,
  X,
} from 'lucide-react';
import { classNames } from '../class-names';

/** How a decision looks: also for charts (`var(--color-<tone>)`). */
export type DecisionTone = 'allowed' | 'limited' | 'denied' | 'pending' | 'error' | 'unknown';

interface Look {
  tone: DecisionTone;
  icon: LucideIcon;
  word: string;
}

const LOOKS: Record<string, Look> = {
  allowed: { tone: 'allowed', icon: Check, word: 'allowed' },
  limited: { tone: 'limited', icon: Timer, word: 'limited' },
  denied: { tone: 'denied', icon: X, word: 'denied' },
  pending: { tone: 'pending', icon: Pause, word: 'pending' },
  approved: { tone: 'allowed', icon: UserCheck, word: 'approved' },
  expired: { tone: 'unknown', icon: Hourglass, word: 'expired' },
  error: { tone: 'error', icon: OctagonAlert, word: 'error' },
  unknown: { tone: 'unknown', icon: CircleHelp, word: 'unknown' },
  rejected: { tone: 'error', icon: OctagonAlert, word: 'rejected' },
  unauthenticated: { tone: 'denied', icon: LockKeyhole, word: 'unauthenticated' },
  // The effects of the policy language.
  allow: { tone: 'allowed', icon: Check, word: 'allow' },
  limit: { tone: 'limited', icon: Timer, word: 'limit' },
  deny: { tone: 'denied', icon: X, word: 'deny' },
  // Outcomes of an allowed call.
  ok: { tone: 'allowed', icon: Check, word: 'ok' },
  tool_error: { tone: 'error', icon: OctagonAlert, word: 'tool error' },
  upstream_error: { tone: 'error', icon: OctagonAlert, word: 'upstream error' },
  timeout: { tone: 'error', icon: OctagonAlert, word: 'timeout' },
  client_gone: { tone: 'unknown', icon: CircleHelp, word: 'client gone' },
};

/** What is not known looks like `unknown`, never like `allowed`. */
export const decisionLook = (decision: string): Look => LOOKS[decision] ?? { ...LOOKS.unknown!, word: decision || 'unknown' };

const TONES: Record<DecisionTone, string> = {
  allowed: 'bg-allowed-tint text-allowed border-allowed/35',
  limited: 'bg-limited-tint text-limited border-limited/40',
  denied: 'bg-denied-tint text-denied border-denied/35',
  pending: 'bg-pending-tint text-pending border-pending/35',
  error: 'bg-error-tint text-error border-error/35',
  unknown: 'bg-unknown-tint text-unknown border-unknown/35',
};

/** Icon, word and colour of a decision, an effect or an outcome. `shadow`: decided but not enforced, a dashed outline. */
export function DecisionMark({
  decision,
  shadow = false,
  label,
  plain = false,
  className,
}: {
  decision: string;
  shadow?: boolean;
  /** Another word than the decision's own. */
  label?: string;
  /** Without the filled shape, for dense rows. */
  plain?: boolean;
  className?: string;
}) {
  const { tone, icon: Icon, word } = decisionLook(decision);
  return (
    <span
      data-decision={decision}
      data-shadow={shadow || undefined}
      className={classNames(
        'inline-flex h-5 align-middle items-center gap-1 whitespace-nowrap rounded-[5px] font-medium text-xs',
        plain && !shadow ? 'bg-transparent' : 'border px-1.5',
        shadow && 'border-current border-dashed',
        TONES[tone],
        (plain || shadow) && 'bg-transparent!',
        className,
      )}
    >
      <Icon aria-hidden="true" className="size-3 shrink-0" strokeWidth={2.5} />
      {label ?? word}
      {shadow && <span className="font-normal">(shadow)</span>}
    </span>
  );
}
