/** Headers that repeat parts of the body (2026-07-28, Streamable HTTP, "Request Metadata"), by lower-case name. */
import { decodeHeaderValue, encodeHeaderValue } from './header-value.ts';

export type MirroredHeaders = ReadonlyMap<string, string>;

export interface HeaderProblem {
  fault: 'header_mismatch';
  message: string;
}

export const VERSION_HEADER = 'mcp-protocol-version';
export const METHOD_HEADER = 'mcp-method';
export const NAME_HEADER = 'mcp-name';
export const PARAM_HEADER_PREFIX = 'mcp-param-';

/** Which member of `params` the `Mcp-Name` header repeats. */
const NAME_SOURCE = new Map<string, 'name' | 'uri'>([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
]);

export function nameSourceOf(method: string): 'name' | 'uri' | null {
  return NAME_SOURCE.get(method) ?? null;
}

/**
 * The mirrored headers of a request as they came: names and values by turns, as Node's `rawHeaders` has them, since Node joins headers
 * that were sent twice. Such a header is a problem: readers differ in which one they take.
 */
export function readMirroredHeaders(rawHeaders: readonly string[]): MirroredHeaders | HeaderProblem {
  const found = new Map<string, string>();
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase();
    if (name !== VERSION_HEADER && name !== METHOD_HEADER && name !== NAME_HEADER && !name.startsWith(PARAM_HEADER_PREFIX)) continue;
    if (found.has(name)) return mismatch(`The header ${spelled(name)} was sent twice.`);
    found.set(name, rawHeaders[i + 1]!.replace(/^[ \t]+|[ \t]+$/g, ''));
  }
  return found;
}

/** Whether `Mcp-Method` and `Mcp-Name` say what the body says. Values are compared exactly; `Mcp-Name` is decoded before. */
export function checkMirroredHeaders(headers: MirroredHeaders, method: string, params: Record<string, unknown>): HeaderProblem | null {
  const named = headers.get(METHOD_HEADER);
  if (named === undefined) return mismatch('The header Mcp-Method is missing.');
  if (named !== method) return mismatch('The header Mcp-Method does not name the method of the body.');
  const source = nameSourceOf(method);
  return source === null ? null : checkName(headers.get(NAME_HEADER), source, params[source]);
}

/** A body without the name is malformed in another way, which the server says. */
function checkName(header: string | undefined, source: string, inBody: unknown): HeaderProblem | null {
  if (typeof inBody !== 'string') return null;
  if (header === undefined) return mismatch('The header Mcp-Name is missing.');
  const decoded = decodeHeaderValue(header);
  if (decoded === null) return mismatch('The header Mcp-Name holds characters or base64 that it may not.');
  return decoded === inBody ? null : mismatch(`The header Mcp-Name does not agree with params.${source} of the body.`);
}

/** The headers that a request upstream needs; `name` is what its `params.name` or `params.uri` holds after renaming. `Mcp-Param-*` are forwarded beside them. */
export function mirroredHeadersOf(version: string, method: string, name: string | null): Record<string, string> {
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(nameSourceOf(method) !== null && name !== null ? { 'mcp-name': encodeHeaderValue(name) } : {}),
  };
}

export function mismatch(message: string): HeaderProblem {
  return { fault: 'header_mismatch', message };
}

/** `mcp-param-region` as people write it. */
function spelled(name: string): string {
  return name === VERSION_HEADER ? 'MCP-Protocol-Version' : name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}
