import { compileGlob } from '@toolgate/policy/glob';
import { getLocation, type JSONPath, parse } from 'jsonc-parser';
import { argumentPaths, FACT_PATHS, numericArguments } from './argument-paths.ts';
import { tokenAt } from './token-at.ts';

/** What completion knows of a tool. */
export interface CompletionTool {
  name: string;
  inputSchema: unknown;
}

export interface JsonCompletion {
  /** As it stands in the text: `"deny"`, `true`. */
  label: string;
  detail?: string;
}

export interface JsonCompletions {
  /** What is replaced, in UTF-16 code units. */
  from: number;
  to: number;
  /** They are keys; `colon`: one has to be written after the key. */
  keys: boolean;
  colon: boolean;
  options: JsonCompletion[];
  /** The cursor is within a text that has begun. */
  typing: boolean;
}

type Schema = Record<string, unknown>;

/** What can stand at a place of a policy document: keys that are not there yet, words, tool names, paths of arguments. Null: nothing to offer. */
export function jsonCompletions(text: string, offset: number, schema: Schema, tools: readonly CompletionTool[]): JsonCompletions | null {
  const { path, isAtPropertyKey: keys } = getLocation(text, offset);
  const token = tokenAt(text, offset);
  if (token === null || (keys && path.length === 0)) return null;
  const rest = text.slice(token.to);
  const colon = keys && !/^\s*:/.test(rest);
  const document: unknown = parse(text.slice(0, token.from) + standIn(keys, colon, rest) + rest);
  const parent = path.slice(0, -1);
  const options = keys
    ? keyOptions(parent, schemasAt(schema, document, parent), valueAt(document, parent), tools)
    : valueOptions(path, schemasAt(schema, document, path), tools);
  return options.length === 0 ? null : { from: token.from, to: token.to, keys, colon, options, typing: token.quoted };
}

/** Stands where the cursor is, so that the rest of the document can be read. */
function standIn(keys: boolean, colon: boolean, rest: string): string {
  const comma = /^\s*["[{\w-]/.test(rest) ? ',' : '';
  if (!keys) return `null${comma}`;
  return colon ? `"":null${comma}` : '""';
}

function keyOptions(path: JSONPath, schemas: Schema[], present: unknown, tools: readonly CompletionTool[]): JsonCompletion[] {
  const options = new Map<string, JsonCompletion>();
  const add = (key: string, detail: unknown) => {
    if (hasOwn(present, key) || options.has(key)) return;
    options.set(key, { label: JSON.stringify(key), ...(typeof detail === 'string' ? { detail } : {}) });
  };
  for (const schema of schemas) {
    for (const [key, property] of Object.entries(asObject(schema.properties) ?? {})) {
      const { deprecated, description } = asObject(property) ?? {};
      if (deprecated !== true) add(key, description);
    }
  }
  if (path.length === 1 && path[0] === 'tools') for (const { name } of tools) add(name, 'tool');
  if (path.length === 1 && path[0] === 'methods') for (const family of METHOD_FAMILIES) add(`${family}/*`, 'methods');
  return [...options.values()];
}

const METHOD_FAMILIES = ['resources', 'prompts', 'completion', 'sampling', 'elicitation', 'roots'];

function valueOptions(path: JSONPath, schemas: Schema[], tools: readonly CompletionTool[]): JsonCompletion[] {
  const words = schemas.flatMap((schema) => [
    ...(Array.isArray(schema.enum) ? schema.enum : []),
    ...('const' in schema ? [schema.const] : []),
    ...(schema.type === 'boolean' ? [true, false] : []),
  ]);
  const named = namedValues(path, tools);
  return [...new Set([...words, ...named].map((word) => JSON.stringify(word)))].map((label) => ({ label }));
}

/** Values that come from the servers: tools under `hide`, arguments in paths. */
function namedValues(path: JSONPath, tools: readonly CompletionTool[]): string[] {
  if (path[0] === 'hide') return tools.map(({ name }) => name);
  const inRule = path[0] === 'tools' ? path.slice(2) : path[0] === 'all_tools' ? path.slice(1) : [];
  const governed = path[0] === 'tools' ? tools.filter(({ name }) => compileGlob(String(path[1]))(name)) : tools;
  const schemas = governed.map(({ inputSchema }) => inputSchema);
  if (inRule[0] === 'limits' && inRule.at(-1) === 'by') return schemas.flatMap(numericArguments);
  if (CONDITIONS.has(inRule[0]) && inRule.at(-1) === 'path') return [...schemas.flatMap(argumentPaths), ...FACT_PATHS];
  return [];
}

const CONDITIONS: ReadonlySet<unknown> = new Set(['require', 'deny_if', 'approve_if']);

/** Every schema that the value at a path may have, given what is there already. */
function schemasAt(root: Schema, document: unknown, path: JSONPath): Schema[] {
  let schemas = branches(root, document);
  for (let depth = 0; depth < path.length; depth++) {
    const step = path[depth];
    const value = valueAt(document, path.slice(0, depth + 1));
    schemas = schemas.flatMap((schema) => {
      const below = asObject(typeof step === 'number' ? schema.items : (own(schema.properties, step) ?? schema.additionalProperties));
      return below ? branches(below, value) : [];
    });
  }
  return schemas;
}

/** The alternatives of a schema that know every key that is there. */
function branches(schema: Schema, value: unknown): Schema[] {
  if (!Array.isArray(schema.anyOf)) return [schema];
  const all = schema.anyOf.flatMap((branch) => branches(asObject(branch) ?? {}, value));
  const keys = Object.keys(asObject(value) ?? {}).filter((key) => key !== '');
  return all.filter((branch) => keys.every((key) => hasOwn(branch.properties, key)));
}

const valueAt = (document: unknown, path: JSONPath): unknown => path.reduce<unknown>((value, step) => own(value, step), document);

function own(value: unknown, key: unknown): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key as PropertyKey)
    ? (value as Record<PropertyKey, unknown>)[key as PropertyKey]
    : undefined;
}

const hasOwn = (value: unknown, key: string): boolean => typeof value === 'object' && value !== null && Object.hasOwn(value, key);

const asObject = (value: unknown): Schema | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : null;
