/** The WHATWG parser is pure and in every runtime of JavaScript; only its type is missing where neither Node nor the DOM is. */
declare const URL: { new (text: string): { protocol: string; hostname: string } };

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:']);
/** What parsers disagree about is not judged: backslashes, white space, control characters, a missing or third slash. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const AMBIGUOUS = /[\\\s\u0000-\u001f\u007f]|^(?![a-z][a-z0-9+.-]*:\/\/[^/])/i;

/** The host of a URL in its canonical spelling, without a trailing dot; null when it is no unambiguous URL. */
export function urlHost(text: string): string | null {
  if (AMBIGUOUS.test(text)) return null;
  try {
    const url = new URL(text);
    return SCHEMES.has(url.protocol) && url.hostname !== '' ? url.hostname.replace(/\.$/, '') : null;
  } catch {
    return null;
  }
}

/** A matcher for a host, or for every host below one (`*.example.com`); null when the pattern is neither. */
export function compileHostPattern(pattern: string): ((host: string) => boolean) | null {
  const below = pattern.startsWith('*.');
  const host =
    /[/:@?#*]/.test(below ? pattern.slice(2) : pattern) && !pattern.startsWith('[')
      ? null
      : urlHost(`https://${below ? pattern.slice(2) : pattern}/`);
  if (host === null) return null;
  return below ? (actual) => actual.endsWith(`.${host}`) : (actual) => actual === host;
}
