/** First parts of the dashboard's and gateway's own addresses: no organization may take them. */
const RESERVED = new Set(
  (
    'about account admin api assets auth callback catalogue contact docs favicon forgot-password get-started healthz help home icon images invite ' +
    'legal login logout manifest mcp metrics new null oauth playground pricing privacy public readyz reset-password robots root schema ' +
    'security settings sign-in sign-out sign-up signin signout signup sitemap static status terms undefined verify well-known www'
  ).split(' '),
);

export function isReservedSlug(slug: string): boolean {
  return RESERVED.has(slug);
}

/** Turns a name into a slug of at most 40 characters, or `fallback` when nothing of it can be kept. */
export function slugOf(name: string, fallback: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
  return slug || fallback;
}

/** The first of `slug`, `slug-2`, `slug-3` … that is free. */
export async function freeSlug(slug: string, isTaken: (slug: string) => boolean | Promise<boolean>): Promise<string> {
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`;
    const candidate = slug.slice(0, 40 - suffix.length).replace(/-+$/, '') + suffix;
    if (!(await isTaken(candidate))) return candidate;
  }
}
