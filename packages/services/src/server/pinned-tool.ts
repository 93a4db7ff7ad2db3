import { createHash } from 'node:crypto';
import { storable } from '@toolgate/audit/storable';
import { canonicalJson, isAtMostDeep } from '../canonical-json.ts';

/** A tool as a server lists it (MCP `Tool`); unknown members are left out. */
export interface FoundTool {
  name: string;
  title?: string | null | undefined;
  description?: string | null | undefined;
  inputSchema: unknown;
  outputSchema?: unknown;
  annotations?: unknown;
}

/** What a person accepts when accepting a tool, and its SHA-256. */
export interface PinnedTool {
  name: string;
  title: string | null;
  description: string;
  inputSchema: object;
  outputSchema: object | null;
  annotations: object | null;
  hash: string;
}

const MAX_TOOLS = 5000;
const MAX_DEPTH = 64;
const MAX_CHARACTERS = 262_144;

/** Tools that can be pinned, and the names of those that cannot: an impossible name, a second one of a name, too deep, too large. */
export function pinTools(found: readonly FoundTool[]): { tools: Map<string, PinnedTool>; skipped: string[] } {
  const tools = new Map<string, PinnedTool>();
  const skipped: string[] = [];
  for (const tool of found) {
    const pinned = tools.size < MAX_TOOLS && !tools.has(tool.name) ? pin(tool) : null;
    if (pinned) tools.set(pinned.name, pinned);
    else skipped.push(String(storable(tool.name)).slice(0, 128));
  }
  return { tools, skipped };
}

/** The hash that a tool as it is listed now would be pinned under; null: it cannot be pinned. */
export function hashListed({ name, title, description, ...rest }: Record<string, unknown>): string | null {
  if (typeof name !== 'string') return null;
  const { inputSchema, outputSchema, annotations } = rest;
  return pin({ name, title: textOf(title), description: textOf(description), inputSchema, outputSchema, annotations })?.hash ?? null;
}

/** As discovery reads it: what is no text counts as absent. */
const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);

function pin(tool: FoundTool): PinnedTool | null {
  // A name is compared by exact code points later on: one that the database cannot hold exactly is never callable.
  if (tool.name.length === 0 || tool.name.length > 256 || /[\p{Cc}\p{Cs}]/u.test(tool.name)) return null;
  const parts = [tool.inputSchema, tool.outputSchema, tool.annotations];
  if (!isJsonObject(tool.inputSchema) || !parts.every((part) => isAtMostDeep(part, MAX_DEPTH))) return null;
  const definition = storable({
    name: tool.name,
    title: tool.title ?? null,
    description: tool.description ?? '',
    inputSchema: tool.inputSchema,
    outputSchema: isJsonObject(tool.outputSchema) ? tool.outputSchema : null,
    annotations: isJsonObject(tool.annotations) ? tool.annotations : null,
  }) as Omit<PinnedTool, 'hash'>;
  const text = canonicalJson(definition);
  if (text.length > MAX_CHARACTERS) return null;
  return { ...definition, hash: createHash('sha256').update(text).digest('hex') };
}

function isJsonObject(value: unknown): value is object {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
