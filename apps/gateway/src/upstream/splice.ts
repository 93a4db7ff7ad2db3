/** Changes to a JSON text that leave every other byte as it is: numbers that no double holds stay what they are. */
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { membersOf } from './envelope.ts';

interface Edit {
  start: number;
  end: number;
  text: string;
}

/** The message with another id, if it has one. @throws when the text is no object. */
export function withId(bytes: Buffer, id: string | number): Buffer {
  const members = membersOf(bytes);
  if (!members) return rewritten(bytes, (message) => ('id' in message ? { ...message, id } : message));
  const place = members.get('id');
  return place ? apply(bytes, { ...place, text: JSON.stringify(id) }) : bytes;
}

/**
 * The message with these members put at the beginning of an object that is one of its own; members that it has already are left as they
 * are, objects on the way that are missing are made. @throws when the text is no object.
 */
export function withMembers(bytes: Buffer, path: readonly string[], added: JsonObject): Buffer {
  const [key, ...rest] = path;
  const members = membersOf(bytes);
  if (!members) return rewritten(bytes, (message) => put(message, path, added));
  if (key === undefined) {
    const fresh = Object.entries(added).filter(([name]) => !members.has(name));
    const text = fresh.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join();
    const start = bytes.indexOf(OPEN_OBJECT) + 1;
    return text === '' ? bytes : apply(bytes, { start, end: start, text: members.size > 0 ? `${text},` : text });
  }
  const place = members.get(key);
  if (!place) return withMembers(bytes, [], put({}, path, added));
  const inner = withMembers(bytes.subarray(place.start, place.end), rest, added);
  return apply(bytes, { ...place, text: inner.toString('utf8') });
}

const OPEN_OBJECT = 0x7b;

function apply(bytes: Buffer, { start, end, text }: Edit): Buffer {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(text), bytes.subarray(end)]);
}

/** Who writes the name of a member with escapes gets a text that is written anew: it means the same to every reader of doubles. */
function rewritten(bytes: Buffer, change: (message: JsonObject) => JsonObject): Buffer {
  const message: unknown = JSON.parse(bytes.toString('utf8'));
  if (!isObject(message)) throw new Error('Not a JSON object.');
  return Buffer.from(JSON.stringify(change(message)));
}

function put(message: JsonObject, [key, ...rest]: readonly string[], added: JsonObject): JsonObject {
  if (key === undefined) return { ...added, ...message };
  const { [key]: inner } = message;
  return { ...message, [key]: put(isObject(inner) ? inner : {}, rest, added) };
}
