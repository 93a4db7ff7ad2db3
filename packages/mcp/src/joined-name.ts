/** Names at an organization's URL, where several servers meet: which server is meant is part of the name, and cannot be mistaken. */
const SEPARATOR = '__';
/** As the services give them: no underscore, so the first separator of a joined name is always the one that was put there. */
const SLUG = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;
const MAX_SLUG = 40;

/**
 * MCP asks for at most 128 characters (2026-07-28, "Tool Names"), and some clients refuse a whole list for one longer name. A name that
 * becomes longer is left out of the list of the organization's URL; it has its own name, whole, at the server's URL. Nothing is shortened:
 * two names could become one. Clients that stop at 64 characters need the server's URL, or a shorter slug.
 */
export const MAX_JOINED_NAME = 128;

export interface SplitName {
  server: string;
  name: string;
}

/** `{server}__{name}` for a tool or a prompt; null when it would be too long, or the slug is none. */
export function joinName(server: string, name: string): string | null {
  if (!isSlug(server) || name === '') return null;
  const joined = server + SEPARATOR + name;
  return joined.length <= MAX_JOINED_NAME ? joined : null;
}

/** The only server and name that `joinName` can have made this of; null when it made no such name. */
export function splitName(joined: string): SplitName | null {
  const at = joined.indexOf(SEPARATOR);
  if (at < 1 || joined.length > MAX_JOINED_NAME) return null;
  const server = joined.slice(0, at);
  const name = joined.slice(at + SEPARATOR.length);
  return isSlug(server) && name !== '' ? { server, name } : null;
}

const URI_PREFIX = 'tg-';

/**
 * `tg-{server}+{uri}`. The server goes in front of the scheme and leaves the rest as it is: it stays a URI (RFC 3986: a scheme is letters,
 * digits, `+`, `-`, `.`), templates (RFC 6570) expand as before, relative parts and file names stay readable, and nothing is escaped
 * twice. No slug contains `+`, so the first one ends it. Apps that need `ui://` itself work at the server's URL.
 */
export function joinUri(server: string, uri: string): string | null {
  return isSlug(server) && uri !== '' ? `${URI_PREFIX}${server}+${uri}` : null;
}

export function splitUri(joined: string): { server: string; uri: string } | null {
  const at = joined.indexOf('+');
  if (!joined.startsWith(URI_PREFIX) || at < 0) return null;
  const server = joined.slice(URI_PREFIX.length, at);
  const uri = joined.slice(at + 1);
  return isSlug(server) && uri !== '' ? { server, uri } : null;
}

function isSlug(text: string): boolean {
  return text.length <= MAX_SLUG && SLUG.test(text);
}
