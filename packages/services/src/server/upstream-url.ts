import { z } from 'zod';

/** The address of an MCP endpoint, in the URL standard's spelling. Where it may lead is checked by the connector on every connection. */
export const UpstreamUrl = z
  .string()
  .trim()
  .min(1, 'Enter an address.')
  .max(2048, 'Use at most 2048 characters.')
  .transform((text, context) => {
    const problem = urlProblem(text);
    if (problem) context.addIssue({ code: 'custom', message: problem });
    return problem ? z.NEVER : new URL(text).href;
  });

function urlProblem(text: string): string | null {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^https?:\/\//i.test(text)) return 'Enter an address that begins with https:// or http://.';
  if (url.username || url.password) return 'Leave the user name and password out of the address: set a secret header instead.';
  if (text.includes('#')) return 'Leave out the part after #: it is never sent.';
  return null;
}
