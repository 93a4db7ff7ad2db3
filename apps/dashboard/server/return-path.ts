/**
 * Where to go after signing in: a path of this site only, else `/home`.
 * `//host`, `/\host` and everything that a browser would read as another origin are refused.
 */
export function returnPath(from: string | null | undefined): string {
  if (!from?.startsWith('/') || /[\\\p{Cc}]/u.test(from)) return '/home';
  const base = 'http://same.invalid';
  const url = URL.parse(from, base);
  if (!url || url.origin !== base) return '/home';
  return url.pathname.startsWith('//') || url.pathname.startsWith('/api/') || url.pathname.startsWith('/sign-')
    ? '/home'
    : url.pathname + url.search;
}
