/** What the arguments of a tool say. */
import { verbOf } from './lexicon.ts';
import type { Signal } from './signal.ts';
import { wordsOfName } from './words.ts';

const RUNS = /^(command|commands|cmd|shell|shell_command|bash|javascript|js_code|script_content)$/;
const CODE = /^(code|script|source_code|expression|sql|statement)$/;
const KEY = /^(private_?key|mnemonic|seed_?phrase|wallet_?key)$/i;
const AMOUNT = /^(amount|amount_.*|.*_amount|value_in_wei|lamports|price)$/;
const RECEIVER = /^(to|recipient|destination|to_.*|recipient_.*|receiver|payee|beneficiary|iban|card.*|payment_method.*|wallet.*)$/;
const CHOICES = /^(action|actions|operation|op|method|mode|command|verb|type)$/;

/** `readNamed`: the tool's name says that it reads, so that a `code` may be a country's and an `amount` a question. */
export function schemaSignals(inputSchema: unknown, readNamed: boolean): Signal[] {
  const properties = propertiesOf(inputSchema);
  const names = Object.keys(properties).map((name) => wordsOfName(name).join('_'));
  const found: Signal[] = [];
  const say = (category: Signal['category'], detail: string) => found.push({ source: 'schema', category, detail });
  const runs = names.find((name) => RUNS.test(name) || (!readNamed && CODE.test(name)));
  if (runs && !hasChoices(properties, runs)) say('Execute', `the argument "${runs}" is something to run`);
  const key = names.find((name) => KEY.test(name));
  if (key) say('Financial', `the argument "${key}" signs for a wallet`);
  if (!readNamed && names.some((name) => AMOUNT.test(name)) && names.some((name) => RECEIVER.test(name))) {
    say('Financial', 'the arguments are an amount and who gets it');
  }
  for (const [name, schema] of Object.entries(properties)) {
    if (!CHOICES.test(name.toLowerCase())) continue;
    for (const choice of choicesOf(schema)) {
      const verb = wordsOfName(choice).map(verbOf)[0];
      if (verb && verb.category !== 'Read') say(verb.category, `the argument "${name}" may be "${choice}"`);
    }
  }
  return found;
}

function propertiesOf(schema: unknown): Record<string, unknown> {
  const properties = isObject(schema) ? schema.properties : null;
  return isObject(properties) ? properties : {};
}

function hasChoices(properties: Record<string, unknown>, name: string): boolean {
  return choicesOf(properties[name]).length > 0;
}

function choicesOf(schema: unknown): string[] {
  const choices = isObject(schema) ? schema.enum : null;
  return Array.isArray(choices) ? choices.filter((choice) => typeof choice === 'string').slice(0, 100) : [];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
