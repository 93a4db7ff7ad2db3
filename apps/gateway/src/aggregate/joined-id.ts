/** Ids and progress tokens that servers choose, and which may be equal: at an organization's URL each says whose it is. */
import type { MessageId } from '@toolgate/mcp/message';

/** `tg-{server}+n{number}` or `tg-{server}+s{text}`; no slug has a `+` in it. */
export function joinId(server: string, id: MessageId): string {
  return `tg-${server}+${typeof id === 'number' ? 'n' : 's'}${id}`;
}

/** The only server and id that `joinId` can have made this of; null when it made no such id. */
export function splitId(joined: unknown): { server: string; id: MessageId } | null {
  if (typeof joined !== 'string') return null;
  const [, server, kind, text = ''] = JOINED.exec(joined) ?? [];
  if (server === undefined) return null;
  if (kind === 's') return { server, id: text };
  const id = Number(text);
  return Number.isSafeInteger(id) && String(id) === text ? { server, id } : null;
}

const JOINED = /^tg-([a-z0-9]+(?:-[a-z0-9]+)*)\+([ns])(.*)$/s;

/** What an id may be that can be told apart from every other. */
export function isId(value: unknown): value is MessageId {
  return typeof value === 'string' || Number.isSafeInteger(value);
}
