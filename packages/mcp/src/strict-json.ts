/**
 * Strict reading of a JSON-RPC body. `JSON.parse` keeps the last of two equal keys, and other parsers keep the first or fold case: what
 * is judged here could then be something else upstream. Such texts are refused, so that the original bytes can be forwarded.
 */
import { type JsonProblem, JsonScanner, MAX_DEPTH, MAX_KEYS, MAX_VALUES, type Member } from './json-scanner.ts';

export type { JsonProblem, Member };

export type StrictJson =
  /** `members`: those of the message itself, `params`, `_meta`, `ref` and `notifications`, and where their values stand. */
  { ok: true; value: unknown; members: readonly Member[] } | { ok: false; problem: JsonProblem; message: string };

/**
 * Reads one JSON text in one pass: the value is built while it is checked. The caller has decoded it with a fatal UTF-8 decoder that
 * keeps a BOM (which is then a syntax error).
 */
export function readStrictJson(text: string): StrictJson {
  const scanner = new JsonScanner(text);
  scanner.scan();
  const { problem, value, members } = scanner;
  return problem === null ? { ok: true, value, members } : { ok: false, problem, message: MESSAGES[problem] };
}

const MESSAGES: Record<JsonProblem, string> = {
  syntax: 'The body is not valid JSON.',
  too_deep: `The body is nested deeper than ${MAX_DEPTH} levels.`,
  too_many_keys: `The body has more than ${MAX_KEYS} keys.`,
  too_many_values: `The body has more than ${MAX_VALUES} values.`,
  duplicate_key: 'The body names a key twice in one object.',
  case_variant_key: 'The body has a key that differs from another, or from one of the protocol, only by upper and lower case.',
  forbidden_key: 'The body has the key __proto__, or one that ends in a backslash.',
  lone_surrogate: 'The body has a string that is not well-formed Unicode.',
  number_out_of_range: 'The body has a number that is larger than a double can hold.',
  unsafe_id: 'The id must be a string, or an integer that a double holds exactly.',
};

export const JSON_PROBLEMS = Object.keys(MESSAGES) as readonly JsonProblem[];
