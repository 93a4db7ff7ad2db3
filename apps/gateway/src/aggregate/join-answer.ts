/** What a server says, as the organization's URL says it: whose URIs, ids and progress tokens they are can be seen from them. */
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { joinUri } from '@toolgate/mcp/joined-name';
import { isId, joinId } from './joined-id.ts';
import { writePosition } from './position.ts';
import { type Edit, replaceAt } from './splice-at.ts';

/** A response to a request that one server answered. Bytes without URIs of resources stay as they are. */
export function joinResponse(server: string, bytes: Buffer): Buffer {
  if (!bytes.includes('"uri"')) return bytes;
  const response = JSON.parse(bytes.toString('utf8')) as JsonObject;
  if (!isObject(response.result)) return bytes;
  const edits = placesOf(response.result).flatMap(({ path, uri }): Edit[] => {
    const joined = joinUri(server, uri);
    return joined === null ? [] : [{ path: ['result', ...path], value: joined }];
  });
  return replaceAt(bytes, edits);
}

interface UriPlace {
  path: (string | number)[];
  uri: string;
}

/** Of its contents, of links and of embedded resources; text stays as it is, even where it speaks of a URI. */
function placesOf({ contents, content, messages }: JsonObject): UriPlace[] {
  const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
  return [
    ...list(contents).flatMap((item, i) => uriAt(item, ['contents', i])),
    ...list(content).flatMap((block, i) => blockAt(block, ['content', i])),
    ...list(messages).flatMap((each, i) => (isObject(each) ? blockAt(each.content, ['messages', i, 'content']) : [])),
  ];
}

function blockAt(block: unknown, path: UriPlace['path']): UriPlace[] {
  if (!isObject(block)) return [];
  if (block.type === 'resource_link') return uriAt(block, path);
  return block.type === 'resource' ? uriAt(block.resource, [...path, 'resource']) : [];
}

function uriAt(value: unknown, path: UriPlace['path']): UriPlace[] {
  return isObject(value) && typeof value.uri === 'string' ? [{ path: [...path, 'uri'], uri: value.uri }] : [];
}

/** A request or notification of a server. Null: its id is none that could be told apart from others. */
export function joinServerMessage(server: string, message: JsonObject, text: string): string | null {
  const edits: Edit[] = [];
  const { id, method } = message;
  const params = isObject(message.params) ? message.params : {};
  const meta = isObject(params._meta) ? params._meta : {};
  if (id !== undefined) {
    if (!isId(id)) return null;
    edits.push({ path: ['id'], value: joinId(server, id) });
    if (isId(meta.progressToken)) edits.push({ path: ['params', '_meta', 'progressToken'], value: joinId(server, meta.progressToken) });
  } else if (method === 'notifications/cancelled' && isId(params.requestId)) {
    edits.push({ path: ['params', 'requestId'], value: joinId(server, params.requestId) });
  } else if (method === 'notifications/resources/updated' && typeof params.uri === 'string') {
    edits.push({ path: ['params', 'uri'], value: joinUri(server, params.uri) ?? params.uri });
  }
  return edits.length === 0 ? text : replaceAt(Buffer.from(text), edits).toString('utf8');
}

/** Of the stream that answers one request: by it the stream is taken up again with the server whose it is. */
export function joinedEventId({ server }: { server: { slug: string } }, { id }: { id: string | null }): string | null {
  return id === null ? null : writePosition({ stream: 'one', events: new Map([[server.slug, id]]) });
}
