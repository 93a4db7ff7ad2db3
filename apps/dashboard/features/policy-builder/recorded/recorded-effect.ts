import type { CallDecision } from '@toolgate/audit/decisions';
import type { Decision } from '@toolgate/policy/decision';

export type RecordedEffect = Decision['effect'];

/** The effect of the policy language that a decision of the log stands for; null: no policy was asked. */
export function effectOf(decision: CallDecision): RecordedEffect | null {
  switch (decision) {
    case 'allowed':
    case 'approved':
      return 'allow';
    case 'limited':
      return 'limit';
    case 'denied':
      return 'deny';
    case 'pending':
      return 'pending';
    default:
      return null;
  }
}
