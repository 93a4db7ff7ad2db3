/** Arguments that a tool wants repeated as `Mcp-Param-*` headers (2026-07-28, Streamable HTTP, "Custom Headers from Tool Parameters"). */
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';
import { isObject } from './is-object.ts';
import { type HeaderProblem, type MirroredHeaders, mismatch, PARAM_HEADER_PREFIX } from './mirrored-headers.ts';

export interface ParamHeader {
  /** Of the property, from the arguments down. */
  path: readonly string[];
  /** As the tool spells it; compared without regard to case. */
  name: string;
  type: 'string' | 'integer' | 'boolean' | 'number';
}

/** `ok: false`: the definition breaks the rules for `x-mcp-header`, so clients must not list the tool. */
export type ParamHeaders = { ok: true; headers: readonly ParamHeader[] } | { ok: false; message: string };

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** `number` is against the specification, but servers declare it and clients send it: comparing it harms nobody, forgetting it might. */
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean', 'number']);
const ANNOTATION = 'x-mcp-header';
/** Schemas come from upstreams: what is deeper or larger is not read, and a tool is refused rather than half read. */
const MAX_DEPTH = 64;
const MAX_NODES = 20_000;

/** Finds the annotations of a tool's `inputSchema`. They may only stand on properties that are reached by `properties` alone. */
export function readParamHeaders(inputSchema: unknown): ParamHeaders {
  const headers: ParamHeader[] = [];
  const open: Node[] = [{ value: inputSchema, path: [], kind: 'schema', depth: 0 }];
  for (let count = 0; open.length > 0; count++) {
    const node = open.pop()!;
    if (count > MAX_NODES || node.depth > MAX_DEPTH) return { ok: false, message: 'The schema is too large to be read.' };
    const problem = readNode(node, headers);
    if (problem !== null) return { ok: false, message: problem };
    open.push(...childrenOf(node));
  }
  headers.reverse();
  const names = new Set(headers.map(({ name }) => name.toLowerCase()));
  return names.size === headers.length ? { ok: true, headers } : { ok: false, message: 'Two parameters want the same header.' };
}

interface Node {
  value: unknown;
  path: readonly string[];
  /** `schema`: reached by `properties` alone. `properties`: the map of them. `elsewhere`: anything else, where no annotation may be. */
  kind: 'schema' | 'properties' | 'elsewhere';
  depth: number;
}

function readNode({ value, path, kind }: Node, headers: ParamHeader[]): string | null {
  // A property may itself be called x-mcp-header.
  if (kind === 'properties' || !isObject(value) || !Object.hasOwn(value, ANNOTATION)) return null;
  const { [ANNOTATION]: name, type } = value;
  const at = `${ANNOTATION} at ${path.join('.') || 'the root'}`;
  if (kind !== 'schema' || path.length === 0) return `${at} is not on a property of the arguments.`;
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${at} is not the name of a header.`;
  if (!TYPES.has(type)) return `${at} is not on a string, a number or a boolean.`;
  headers.push({ path, name, type: type as ParamHeader['type'] });
  return null;
}

/** Values that are data, not schemas: what they hold is no annotation. */
const DATA = new Set(['default', 'const', 'enum', 'examples', ANNOTATION]);

function childrenOf({ value, path, kind, depth }: Node): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]): Node[] => {
    const next = { value: child, path: [...path, key], depth: depth + 1 };
    if (kind === 'properties') return [{ ...next, kind: 'schema' }];
    if (DATA.has(key)) return [];
    if (kind === 'schema' && key === 'properties') return [{ ...next, path, kind: isObject(child) ? 'properties' : 'elsewhere' }];
    return [{ ...next, kind: 'elsewhere' }];
  });
}

/**
 * Whether the headers say what the arguments say. A header for an argument that is absent or null is not expected, and one that is sent
 * nevertheless is refused: nothing in the body agrees with it. Numbers are compared as numbers.
 */
export function checkParamHeaders(
  declared: readonly ParamHeader[],
  args: Record<string, unknown>,
  headers: MirroredHeaders,
): HeaderProblem | null {
  for (const { path, name, type } of declared) {
    const header = headers.get(PARAM_HEADER_PREFIX + name.toLowerCase());
    const decoded = header === undefined ? undefined : decodeHeaderValue(header);
    const value = valueAt(args, path);
    const inBody = textOf(value);
    if (decoded === null) return mismatch(`The header Mcp-Param-${name} holds characters or base64 that it may not.`);
    if (inBody === null) {
      if (decoded !== undefined) return mismatch(`The header Mcp-Param-${name} names an argument that the body does not give.`);
    } else if (decoded === undefined) return mismatch(`The header Mcp-Param-${name} is missing.`);
    else if (decoded !== inBody && !(isNumeric(type) && isSameNumber(decoded, value)))
      return mismatch(`The header Mcp-Param-${name} does not agree with the arguments.`);
  }
  return null;
}

/** The headers that a call of this tool needs; for calls whose sender knew nothing of them. */
export function paramHeadersOf(declared: readonly ParamHeader[], args: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { path, name } of declared) {
    const text = textOf(valueAt(args, path));
    if (text !== null) headers[PARAM_HEADER_PREFIX + name.toLowerCase()] = encodeHeaderValue(text);
  }
  return headers;
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

/** Null for what no header stands for: absent, null, objects and lists, which the schema forbids and the server will refuse. */
function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'boolean' || typeof value === 'number' ? String(value) : null;
}

function isNumeric(type: ParamHeader['type']): boolean {
  return type === 'integer' || type === 'number';
}

/** Only plain decimals: `0x1a`, `1e3` and blanks are not how a client writes a number. */
function isSameNumber(header: string, value: unknown): boolean {
  return typeof value === 'number' && /^-?\d{1,16}(?:\.\d{1,16})?$/.test(header) && Number(header) === value;
}
