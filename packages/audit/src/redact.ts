/** What may be kept of a call's arguments: nothing that looks like a secret, and no more than is worth reading. */

export interface Redacted {
  /** JSON text; cut off when it would be longer than `CAPTURED_CHARACTERS`, and then no longer JSON. */
  text: string;
  /** So many values, or parts of texts, were taken out. */
  redacted: number;
  /** Something was left out because there was too much. */
  truncated: boolean;
}

export const CAPTURED_CHARACTERS = 16_384;
export const REDACTED = '[redacted]';
const TEXT_CHARACTERS = 4096;
/** A secret that begins before a text is cut is seen whole, or at least as far as it is told by. */
const LOOK_AHEAD = 512;
const DEEPEST = 32;

/** Takes out values whose name or form says that they are secret. The work is bounded by what is kept, not by what is given. */
export function redact(value: unknown): Redacted {
  const state = { left: CAPTURED_CHARACTERS, redacted: 0, truncated: false };
  const text = JSON.stringify(cleaned(value, state, 0)) ?? 'null';
  return {
    text: text.slice(0, CAPTURED_CHARACTERS),
    redacted: state.redacted,
    truncated: state.truncated || text.length > CAPTURED_CHARACTERS,
  };
}

interface State {
  /** Characters that may still be kept. */
  left: number;
  redacted: number;
  truncated: boolean;
}

function cleaned(value: unknown, state: State, depth: number): unknown {
  if (typeof value === 'string') return scrubbed(value, state);
  if (typeof value !== 'object' || value === null) {
    state.left -= 8;
    return value;
  }
  if (depth >= DEEPEST) {
    state.truncated = true;
    return null;
  }
  if (Array.isArray(value)) {
    const items: unknown[] = [];
    for (const item of value) {
      if (isFull(state)) break;
      items.push(cleaned(item, state, depth + 1));
    }
    return items;
  }
  const entries: [string, unknown][] = [];
  for (const [name, item] of Object.entries(value)) {
    if (isFull(state)) break;
    const isSecret = item !== null && isSecretName(name) && !(typeof item === 'number' && /tokens$/i.test(name));
    if (isSecret) state.redacted++;
    entries.push([scrubbed(name, state), isSecret ? REDACTED : cleaned(item, state, depth + 1)]);
  }
  return Object.fromEntries(entries);
}

function isFull(state: State): boolean {
  if (state.left <= 0) state.truncated = true;
  return state.left <= 0;
}

/** Whether what has this name is to be kept out of sight: `apiKey`, `X-Auth-Token`, `client_secret`, `password` … */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(
    name
      .slice(0, 256)
      .replace(/[-_.\s]/g, '')
      .toLowerCase(),
  );
}

const SECRET_NAME =
  /pass(?:word|wd|phrase|code)|^p(?:wd|in)$|secret|token|(?:api|access|private|signing|encryption|auth|session|account|client|ssh|master)key|auth(?:orization|entication)|^auth$|cookie|credential|^(?:otp|totp|cvv|cvc|ssn|jwt|bearer|iban|dsn)$|cardnumber|connectionstring|sessionid|signature/;

function scrubbed(text: string, state: State): string {
  let clean = text.slice(0, TEXT_CHARACTERS + LOOK_AHEAD);
  if (looksRandom(clean)) {
    state.redacted++;
    clean = REDACTED;
  } else {
    for (const [form, replacement] of FORMS) {
      clean = clean.replace(form, (...match) => {
        state.redacted++;
        return replacement.replace('$1', String(match[1] ?? ''));
      });
    }
  }
  if (clean.length > TEXT_CHARACTERS) {
    state.truncated = true;
    clean = `${clean.slice(0, TEXT_CHARACTERS)}…`;
  }
  state.left -= clean.length + 3;
  return clean;
}

/** Each in time linear in the text. What of a match stays is its first group. */
const FORMS: [RegExp, string][] = [
  [/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g, REDACTED],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/\beyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/g, REDACTED],
  [/\b(?:gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|npm_|tg_|whsec_|shpat_|dop_v1_|hf_|ya29\.|AIza|AKIA|ASIA)[\w.-]{14,}/g, REDACTED],
  [/\b[sprw]k[-_](?:[a-z]{2,10}[-_])?[\w-]{16,}/gi, REDACTED],
  [/(:\/\/)[^\s/@:]{1,256}:[^\s/@]{1,256}@/g, `$1${REDACTED}@`],
  [/([?&][^=&#\s]{0,24}(?:token|key|secret|sig|password|auth|code)[^=&#\s]{0,24}=)[^&#\s"']+/gi, `$1${REDACTED}`],
  [/\b((?:password|passwd|pwd|secret|token|api[-_ ]?key)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&]{4,}/gi, `$1${REDACTED}`],
];

/** One word of letters of both cases and digits, long and without a pattern: a key, most likely. */
function looksRandom(text: string): boolean {
  if (text.length < 24 || text.length > LOOK_AHEAD || !/^[\w+=-]+$/.test(text)) return false;
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits >= 3.8;
}
