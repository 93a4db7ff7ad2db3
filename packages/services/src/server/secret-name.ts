/** What a server's secrets may be called and hold: headers of an http server, environment values of a managed one. */
import { findManagedServer } from '@toolgate/catalogue/managed';
import { z } from 'zod';

/** Of an http server at most. */
export const MAX_HEADERS = 20;

export const HeaderInput = z.strictObject({
  name: z.string().min(1, 'Give the header a name.').max(128),
  value: z
    .string()
    .min(1, 'Give the header a value.')
    .max(8192, 'Use at most 8192 characters.')
    // RFC 9110 section 5.5 without obs-text: no line break can end the header and begin another.
    .regex(/^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/, 'Use printable ASCII without spaces at the ends.'),
});
export type HeaderInput = z.infer<typeof HeaderInput>;

/** RFC 9110 section 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** The gateway sets these itself, or they would change how a request is framed or where it goes. */
const FORBIDDEN = new Set(
  (
    'accept accept-encoding connection content-encoding content-length content-type expect host keep-alive last-event-id origin te ' +
    'trailer transfer-encoding upgrade via forwarded'
  ).split(' '),
);
const FORBIDDEN_PREFIX = /^(?:mcp-|proxy-|sec-|x-forwarded-)/;

/** What is wrong with the name of a secret of this server, or null. */
export function secretNameProblem(server: { managed: string | null }, name: string): string | null {
  if (server.managed !== null) {
    const secrets = findManagedServer(server.managed)?.secrets ?? [];
    return secrets.some((secret) => secret.name === name) ? null : `This server takes no value named "${name}".`;
  }
  const lower = name.toLowerCase();
  if (!TOKEN.test(name)) return 'This is not the name of a header.';
  return FORBIDDEN.has(lower) || FORBIDDEN_PREFIX.test(lower) ? `The header ${name} is set by Toolgate itself.` : null;
}

/** The last four characters, unless they would give away a good part of a short value. */
export function secretHint(value: string): string {
  return value.length >= 12 ? value.slice(-4) : '';
}
