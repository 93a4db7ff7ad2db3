/** What the name of a tool says. */
import type { Category } from './category.ts';
import { ALSO_NOUNS, ASSETS, HAND_OVER, LIVE_SESSION, LOOKED_AT, MONEY, ORDER_VERBS, type Verb, verbOf } from './lexicon.ts';
import type { Signal } from './signal.ts';
import { wordsOfName } from './words.ts';

/** The worst that the name says, or null when it says nothing. `describedAsRead`: the description begins with a verb that reads. */
export function nameSignal(name: string, describedAsRead: boolean): Signal | null {
  const words = wordsOfName(name);
  const head = headOf(words);
  if (head?.category === 'Read') return say(...readNamed(words, head, describedAsRead));
  const money = moneyOf(words, head);
  if (head?.category === 'Destructive') return say('Destructive', `"${head.verb}" in the name`);
  if (money) return say('Financial', money);
  const hidden = words.find((word) => /delete|destroy|purge/.test(word) && !/deleted|undelete|destroyed|purged/.test(word));
  if (hidden) return say('Destructive', `"${hidden}" in the name`);
  const live = words.find((word) => LIVE_SESSION.has(word));
  if (head) return say(live && head.category === 'Write' ? 'Execute' : head.category, `"${head.verb}" in the name`);
  if (live) return say('Execute', `"${live}" in the name: it acts in a live session`);
  if (words.some((word) => word === 'to') && words.length >= 3) return say('Write', 'the name says that it turns one thing into another');
  const seen = words.find((word) => LOOKED_AT.has(word));
  return seen ? say('Read', `"${seen}" in the name`) : null;
}

const THINGS =
  /^(run|build|test|order|charge|transfer|trade|comment|message|email|schedule|request|report|record|log|label|tag|deposit|refund)s?$/;

/** The first verb; but in `workflow_run_list` the last word is the verb and `run` a thing. */
function headOf(words: string[]): Verb | null {
  const first = words.findIndex((word) => verbOf(word) !== null);
  if (first < 0) return null;
  const last = words.at(-1)!;
  if (THINGS.test(words[first]!) && /^(get|list|describe|status)$/.test(last)) return { verb: last, category: 'Read' };
  return verbOf(words[first]!);
}

/** `search_and_replace` and `find_then_delete` do more than their first verb; `get_delete_marker` too, unless it is described as reading. */
function readNamed(words: string[], head: Verb, describedAsRead: boolean): [Category, string] {
  for (const [index, word] of words.entries()) {
    const verb = verbOf(word);
    if (index === 0 || verb?.verb !== word || verb.category === 'Read') continue;
    const before = words[index - 1]!;
    const joined = /^(and|or|then)$/.test(before);
    const said = !describedAsRead && !ALSO_NOUNS.has(word) && (verb.category === 'Destructive' || before === head.verb);
    if (joined || said) return [verb.category, `"${word}" after "${head.verb}" in the name`];
  }
  return ['Read', `"${head.verb}" in the name`];
}

/** Why the name speaks of money that moves, or null. */
function moneyOf(words: string[], head: Verb | null): string | null {
  const spends = words.map(verbOf).find((verb) => verb?.category === 'Financial');
  if (spends) return `"${spends.verb}" in the name`;
  const has = (set: ReadonlySet<string>) => words.find((word) => set.has(word));
  if (words.includes('checkout') && !words.some((word) => /^(git|branch|commit|ref|repo|file)$/.test(word)))
    return '"checkout" in the name';
  const money = has(MONEY);
  if (head && money) return `"${head.verb}" and "${money}" in the name`;
  const asset = has(ASSETS);
  if (asset && has(HAND_OVER) && words.some((word) => /^(send|transfer|move|bridge|swap|withdraw)$/.test(word)))
    return `"${asset}" is handed over`;
  if (words.includes('order') && has(ORDER_VERBS)) return 'an order is placed';
  if (
    words.some((word) => /^(transaction|txn|tx)$/.test(word)) &&
    words.some((word) => /^(send|sign|submit|broadcast|create|make|build)$/.test(word))
  )
    return 'a transaction is made';
  return null;
}

const say = (category: Category, detail: string): Signal => ({ source: 'name', category, detail });
