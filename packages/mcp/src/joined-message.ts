/** Messages at an organization's URL: names and URIs lose the server on the way up and get it on the way down. */
import type { Place } from './envelope-keys.ts';
import { isObject, type JsonObject } from './is-object.ts';
import { joinName, joinUri, splitName, splitUri } from './joined-name.ts';

export interface Target {
  /** Slug of the server that is meant. */
  server: string;
  /** As the server calls it. */
  name: string;
  /** Where it stands in the message: what `replaceMembers` takes. */
  place: Extract<Place, 'params' | 'ref'>;
  key: 'name' | 'uri';
}

const URI_METHODS = new Set(['resources/read', 'resources/subscribe', 'resources/unsubscribe', 'notifications/resources/updated']);
const NAME_METHODS = new Set(['tools/call', 'prompts/get']);

/** Which server a request is for; null when its method names none (lists, discovery), `unknown` when the name is none of ours. */
export function targetOf(method: string, params: JsonObject): Target | 'unknown' | null {
  if (NAME_METHODS.has(method)) return target('params', 'name', params.name);
  if (URI_METHODS.has(method)) return target('params', 'uri', params.uri);
  if (method !== 'completion/complete') return null;
  const { ref } = params;
  if (!isObject(ref)) return 'unknown';
  return ref.type === 'ref/prompt' ? target('ref', 'name', ref.name) : target('ref', 'uri', ref.uri);
}

function target(place: Target['place'], key: Target['key'], value: unknown): Target | 'unknown' {
  if (typeof value !== 'string') return 'unknown';
  if (key === 'name') {
    const split = splitName(value);
    return split ? { server: split.server, name: split.name, place, key } : 'unknown';
  }
  const split = splitUri(value);
  return split ? { server: split.server, name: split.uri, place, key } : 'unknown';
}

export interface JoinedList {
  items: JsonObject[];
  /** Names that cannot be had at the organization's URL, because they would be too long or are none. */
  leftOut: string[];
}

const LISTS = {
  tools: (server: string, item: JsonObject) => renamed(item, 'name', joinName, server),
  prompts: (server: string, item: JsonObject) => renamed(item, 'name', joinName, server),
  resources: (server: string, item: JsonObject) => renamed(item, 'uri', joinUri, server),
  resourceTemplates: (server: string, item: JsonObject) => renamed(item, 'uriTemplate', joinUri, server),
} as const;
export type ListKind = keyof typeof LISTS;

/** The items of one server's list as the organization's URL shows them. */
export function joinList(kind: ListKind, server: string, items: readonly unknown[]): JoinedList {
  const joined: JoinedList = { items: [], leftOut: [] };
  for (const item of items) {
    if (!isObject(item)) continue;
    const found = LISTS[kind](server, item);
    if (found) joined.items.push(found);
    else joined.leftOut.push(nameOf(item));
  }
  return joined;
}

function renamed(item: JsonObject, key: string, join: (server: string, name: string) => string | null, server: string): JsonObject | null {
  const { [key]: name } = item;
  const joined = typeof name === 'string' ? join(server, name) : null;
  return joined === null ? null : { ...item, [key]: joined };
}

function nameOf({ name, uri, uriTemplate }: JsonObject): string {
  return String(name ?? uri ?? uriTemplate ?? '').slice(0, 200);
}

/**
 * A result of `tools/call`, `prompts/get` or `resources/read` with the URIs in it as the organization's URL reads them: those of its
 * contents, of links and of embedded resources. Text stays as it is, even where it speaks of a URI.
 */
export function joinResult(server: string, result: JsonObject): JsonObject {
  const joined = { ...result };
  if (Array.isArray(result.contents)) joined.contents = result.contents.map((item) => withUri(server, item));
  if (Array.isArray(result.content)) joined.content = result.content.map((block) => joinBlock(server, block));
  if (Array.isArray(result.messages))
    joined.messages = result.messages.map((each) => (isObject(each) ? { ...each, content: joinBlock(server, each.content) } : each));
  return joined;
}

function joinBlock(server: string, block: unknown): unknown {
  if (!isObject(block)) return block;
  if (block.type === 'resource_link') return withUri(server, block);
  return block.type === 'resource' ? { ...block, resource: withUri(server, block.resource) } : block;
}

/** Also of the params of `notifications/resources/updated`. */
export function withUri(server: string, value: unknown): unknown {
  return isObject(value) && typeof value.uri === 'string' ? { ...value, uri: joinUri(server, value.uri) ?? value.uri } : value;
}
