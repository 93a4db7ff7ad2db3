import type { Paste } from '@toolgate/services/server/understand-paste';

/** A server that is about to be registered. */
export interface Candidate {
  key: string;
  name: string;
  target: { url: string } | { managed: string };
  headers: { name: string; value: string }[];
}

/** What a paste proposes to register. */
export function candidatesOf(paste: Paste | null, titleOf: (managed: string) => string): Candidate[] {
  switch (paste?.kind) {
    case 'url':
      return [{ key: paste.server.url, name: paste.server.name, target: { url: paste.server.url }, headers: paste.server.headers }];
    case 'managed':
      return [{ key: paste.managed, name: paste.title, target: { managed: paste.managed }, headers: [] }];
    case 'config':
      return [
        ...paste.servers.map(({ name, url, headers }, index) => ({ key: `${index} ${url}`, name, target: { url }, headers })),
        ...paste.managed.map((managed) => ({ key: managed, name: titleOf(managed), target: { managed }, headers: [] })),
      ];
    default:
      return [];
  }
}
