/** What the description of a tool says. */
import { ALSO_NOUNS, CHINESE, verbOf } from './lexicon.ts';
import type { Signal } from './signal.ts';
import { wordsOfText } from './words.ts';

export interface TextSignals {
  /** The verb that the description begins with. */
  lead: (Signal & { verb: string }) | null;
  /** What else it says it does. */
  further: (Signal & { verb: string })[];
}

/** Only the first 4 000 characters are read. */
export function textSignals(description: string): TextSignals {
  const text = description.slice(0, 4000);
  const tokens = wordsOfText(text);
  const readOnly = /\bread[- ]?only\b/i.test(text) && !/\bnot read[- ]?only\b/i.test(text);
  const lead = leadOf(tokens, readOnly);
  const further = [...clauseVerbs(tokens, lead === null ? -1 : lead.index), ...enumerated(text), ...phrases(text), ...chinese(text)];
  return { lead, further: readOnly ? further.filter(({ verb }) => !/^(run|execute|perform)$/.test(verb)) : further };
}

/** The first word of a clause that is a verb, among the first two clauses that have words: `[Recurring] cancels …`, `Step 4: deploys …`. */
function leadOf(tokens: string[], readOnly: boolean): (Signal & { verb: string; index: number }) | null {
  let start = true;
  let clauses = 0;
  for (const [index, token] of tokens.entries()) {
    if (token === '.') {
      start = true;
      continue;
    }
    if (!start) continue;
    if (clauses++ === 4) return null;
    start = false;
    const verb = verbOf(token);
    if (!verb) continue;
    // "Executes a read-only query" reads; a name that says otherwise still counts.
    const category = readOnly && /^(run|execute|perform)$/.test(verb.verb) ? 'Read' : verb.category;
    return { source: 'description', category, verb: verb.verb, index, detail: `the description begins with "${token}"` };
  }
  return null;
}

const JOINS = new Set(['.', 'and', 'then', 'also', 'or', 'to', 'optionally', 'can', 'will', 'may']);
const NEGATIONS = new Set(['not', 'never', 'without', 'cannot', "doesn't", "don't", 'no', 'won’t', 'nor']);

/** Verbs at the beginning of later clauses: "finds and deletes", "used to remove", unless negated. */
function clauseVerbs(tokens: string[], leadIndex: number): (Signal & { verb: string })[] {
  const found: (Signal & { verb: string })[] = [];
  for (const [index, token] of tokens.entries()) {
    if (index <= leadIndex || index === 0 || !JOINS.has(tokens[index - 1]!)) continue;
    const verb = verbOf(token);
    if (!verb || ALSO_NOUNS.has(verb.verb) || verb.category === 'Read') continue;
    if (tokens.slice(Math.max(0, index - 4), index).some((before) => NEGATIONS.has(before))) continue;
    found.push({ source: 'description', category: verb.category, verb: verb.verb, detail: `the description says "${token}"` });
  }
  return found;
}

/** "actions: list, get, update, delete": a tool that does all of these is as bad as the worst. */
function enumerated(text: string): (Signal & { verb: string })[] {
  const found: (Signal & { verb: string })[] = [];
  for (const [run] of text.toLowerCase().matchAll(/[a-z_]+(?: [a-z_]+)?(?:\s*[,/|]\s*(?:and |or )?[a-z_]+(?: [a-z_]+)?){2,}/g)) {
    const verbs = run.split(/\s*[,/|]\s*(?:and |or )?/).map((item) => verbOf(item.split(/[ _]/)[0] ?? ''));
    const known = verbs.filter((verb) => verb !== null);
    if (known.length < 3 || known.length * 2 < verbs.length) continue;
    for (const { verb, category } of known)
      if (category !== 'Read')
        found.push({ source: 'description', category, verb, detail: `the description lists "${verb}" among its actions` });
  }
  return found;
}

const PHRASES: readonly [RegExp, Signal['category'], string][] = [
  [
    /\bcannot be undone\b|\birreversibl[ey]\b|(?<!non-|not |non)\bdestructive\b/i,
    'Destructive',
    'the description says that it cannot be undone',
  ],
  [/\bpermanently (delete|remove|erase|destroy)/i, 'Destructive', 'the description says that something is gone for good'],
  [
    /\b(arbitrary|shell|system) (code|commands?|scripts?)\b|\buntrusted code\b/i,
    'Execute',
    'the description says that commands or code run',
  ],
  [
    /\bcharg(es|ing) (the|your|a) (\w+ )?(card|account|wallet|balance)|\bbilled (to|per)\b|\bdeducts?\b|\b(costs|consumes|spends) [\w.$]* ?credits?\b|\bx402\b|\$\d[\d.]* (per|each)\b/i,
    'Financial',
    'the description says that a call spends money',
  ],
  [
    /\bprivate key (is )?(needed|required)\b|\bsigns? (and (sends?|submits?|broadcasts?) )?(a |the )?transactions?\b/i,
    'Financial',
    'the description says that it signs transactions',
  ],
];

function phrases(text: string): (Signal & { verb: string })[] {
  return PHRASES.filter(([pattern]) => pattern.test(text)).map(([, category, detail]) => ({
    source: 'description',
    category,
    verb: '',
    detail,
  }));
}

function chinese(text: string): (Signal & { verb: string })[] {
  return CHINESE.filter(([pattern]) => pattern.test(text)).map(([pattern, category]) => {
    const word = pattern.exec(text)![0];
    return { source: 'description', category, verb: word, detail: `the description says "${word}"` };
  });
}
