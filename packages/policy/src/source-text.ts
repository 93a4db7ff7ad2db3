import { createScanner, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Json, JsonObject } from './json.ts';
import { type JsonPath, toPointer } from './pointer.ts';
import type { PolicyProblem } from './problem.ts';
import { utf8Length } from './regex.ts';
import { TextPositions } from './text-positions.ts';

export const MAX_BYTES = 1_048_576;
export const MAX_NESTING = 32;
/** A text that is no JSON at all has as many errors as characters. */
const MAX_SYNTAX_PROBLEMS = 100;
/** Of the parser, which may find several at one place. */
const MAX_SYNTAX_ERRORS = 1_000;

/** A JSON text that was read strictly. `whole`: the syntax errors (comments, trailing commas, duplicate keys) left its meaning intact. */
export interface SourceText {
  value: Json | undefined;
  problems: PolicyProblem[];
  whole: boolean;
  /** Where something is in the text; what is not there is where its nearest ancestor is. `key`: the key instead of its value. */
  locate(path: JsonPath, key?: boolean): Pick<PolicyProblem, 'offset' | 'length' | 'line' | 'column'>;
}

/** Reads JSON with positions. Comments, trailing commas, duplicate keys, more than 1 MiB and more than 32 levels are problems. */
export function readSourceText(source: string): SourceText {
  const positions = new TextPositions(source);
  const problems: PolicyProblem[] = [];
  let root: Node | undefined;
  const locate: SourceText['locate'] = (path, key = false) => {
    const found = findNode(root, path);
    if (!found) return positions.range(0, 0);
    const node = key && found.whole && found.key ? found.key : found.value;
    return positions.range(node.offset, found.whole ? node.length : 1);
  };
  const report = (message: string, at: { offset: number; length: number }, pointer = '') =>
    problems.push({ pointer, message, ...positions.range(at.offset, at.length) });

  const refusal = tooLarge(source) ?? tooDeep(source);
  if (refusal) {
    report(refusal.message, refusal);
    return { value: undefined, problems, whole: false, locate };
  }
  const errors: ParseError[] = [];
  root = parseTree(source, errors, { disallowComments: true, allowTrailingComma: false, allowEmptyContent: false });
  const faults = describeFaults(source, errors.slice(0, MAX_SYNTAX_ERRORS));
  for (const fault of faults.slice(0, MAX_SYNTAX_PROBLEMS)) report(fault.message, fault);
  if (faults.length === 0 && !isJson(source)) report('This is not JSON', { offset: 0, length: source.length });
  const harmless = errors.length <= MAX_SYNTAX_ERRORS && problems.length === faults.length && faults.every((fault) => fault.harmless);
  const value = root ? toValue(root, [], report) : undefined;
  return { value, problems, whole: root !== undefined && harmless, locate };
}

type Fault = { message: string; offset: number; length: number };

function tooLarge(source: string): Fault | null {
  const tooLong = source.length > MAX_BYTES || utf8Length(source) > MAX_BYTES;
  return tooLong ? { message: 'A document may be at most 1 MiB', offset: 0, length: 0 } : null;
}

/** Counts brackets before anything recursive sees the text. */
function tooDeep(source: string): Fault | null {
  const scanner = createScanner(source, true);
  let depth = 0;
  for (let token = scanner.scan() as number; token !== TOKEN_EOF; token = scanner.scan()) {
    if (token === TOKEN_OPEN_BRACE || token === TOKEN_OPEN_BRACKET) depth += 1;
    else if (token === TOKEN_CLOSE_BRACE || token === TOKEN_CLOSE_BRACKET) depth -= 1;
    if (depth > MAX_NESTING)
      return { message: `A document may be nested at most ${MAX_NESTING} deep`, offset: scanner.getTokenOffset(), length: 1 };
  }
  return null;
}

// The values of jsonc-parser's const enum SyntaxKind, which does not exist at run time.
const TOKEN_OPEN_BRACE: number = 1;
const TOKEN_CLOSE_BRACE: number = 2;
const TOKEN_OPEN_BRACKET: number = 3;
const TOKEN_CLOSE_BRACKET: number = 4;
const TOKEN_EOF: number = 17;

const MESSAGES: ReadonlyMap<string, string> = new Map([
  ['InvalidSymbol', 'This is not a JSON value'],
  ['InvalidNumberFormat', 'This is not a number in JSON'],
  ['PropertyNameExpected', 'A key in double quotes is expected here'],
  ['ValueExpected', 'A value is expected here'],
  ['ColonExpected', 'A colon is expected here'],
  ['CommaExpected', 'A comma is expected here'],
  ['CloseBraceExpected', 'A closing } is missing'],
  ['CloseBracketExpected', 'A closing ] is missing'],
  ['EndOfFileExpected', 'Nothing may follow the document'],
  ['InvalidCommentToken', 'JSON has no comments: remove this'],
  ['UnexpectedEndOfComment', 'JSON has no comments: remove this'],
  ['UnexpectedEndOfString', 'The closing quote is missing'],
  ['UnexpectedEndOfNumber', 'This number is not complete'],
  ['InvalidUnicode', 'This \\u escape is not complete'],
  ['InvalidEscapeCharacter', 'JSON has no such escape'],
  ['InvalidCharacter', 'A control character must be written as an escape'],
]);

function describeFaults(source: string, errors: ParseError[]): (Fault & { harmless: boolean })[] {
  const faults = new Map<number, Fault & { harmless: boolean }>();
  for (const { error, offset, length } of errors) {
    const name = printParseErrorCode(error);
    const comma = name === 'PropertyNameExpected' || name === 'ValueExpected' ? trailingComma(source, offset) : -1;
    const at = comma >= 0 ? comma : offset;
    if (faults.has(at)) continue;
    const message = comma >= 0 ? 'JSON has no trailing commas: remove this one' : (MESSAGES.get(name) ?? 'This is not JSON');
    faults.set(at, {
      message,
      offset: at,
      length: comma >= 0 ? 1 : Math.max(1, length),
      harmless: comma >= 0 || name === 'InvalidCommentToken',
    });
  }
  return [...faults.values()];
}

/** The offset of a comma that is directly before a closing bracket at `offset`, else -1. */
function trailingComma(source: string, offset: number): number {
  if (source[offset] !== '}' && source[offset] !== ']') return -1;
  let before = offset - 1;
  while (before >= 0 && ' \t\r\n'.includes(source[before]!)) before -= 1;
  return source[before] === ',' ? before : -1;
}

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}

/** The first node at a path, or its nearest ancestor (`whole` is false). */
function findNode(root: Node | undefined, path: JsonPath): { value: Node; key: Node | null; whole: boolean } | null {
  if (!root) return null;
  let found: { value: Node; key: Node | null } = { value: root, key: null };
  for (const step of path) {
    const { type, children = [] } = found.value;
    const member = type === 'object' ? membersOf(found.value).get(String(step)) : undefined;
    const value = type === 'array' ? children[Number(step)] : member?.children?.[1];
    if (!value) return { ...found, whole: false };
    found = { value, key: member?.children?.[0] ?? null };
  }
  return { ...found, whole: true };
}

const indexed = new WeakMap<Node, Map<unknown, Node>>();

/** The members of an object by key, of duplicates the first. Made once: a document may have as many problems as members. */
function membersOf(node: Node): Map<unknown, Node> {
  const known = indexed.get(node);
  if (known) return known;
  const members = new Map((node.children ?? []).toReversed().map((member) => [member.children?.[0]?.value as unknown, member]));
  indexed.set(node, members);
  return members;
}

type Report = (message: string, at: Node, pointer: string) => void;

/** The first of duplicate keys counts, the others are problems. `path` is where the walk is. */
function toValue(node: Node, path: (string | number)[], report: Report): Json {
  const { type, children = [] } = node;
  if (type === 'array') return children.map((child, index) => toBelow(child, index, path, report));
  if (type !== 'object') {
    if (typeof node.value === 'number' && !Number.isFinite(node.value)) report('This number is too large', node, toPointer(path));
    return node.value as Json;
  }
  const object: JsonObject = Object.create(null);
  for (const member of children) {
    const [key, child] = member.children ?? [];
    if (!key || !child) continue;
    const name = key.value as string;
    if (Object.hasOwn(object, name)) report(`The key ${JSON.stringify(name)} is there twice`, key, toPointer([...path, name]));
    else object[name] = toBelow(child, name, path, report);
  }
  return object;
}

function toBelow(node: Node, step: string | number, path: (string | number)[], report: Report): Json {
  path.push(step);
  const value = toValue(node, path, report);
  path.pop();
  return value;
}
