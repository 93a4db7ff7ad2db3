import type { Decision } from '@toolgate/policy/decision';

/** A decision on a call that was tried, as a word. */
export const EFFECT_WORDS: Record<Decision['effect'], string> = { allow: 'allowed', deny: 'denied', limit: 'limited', pending: 'pending' };
