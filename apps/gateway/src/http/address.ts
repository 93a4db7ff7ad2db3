/** `/{organization}/mcp` and `/{organization}/{server}/mcp`, in their one canonical spelling. */
export interface Address {
  organization: string;
  /** Null: the server that the grant reaches. */
  server: string | null;
}

const SLUG = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const MCP_PATH = new RegExp(`^/(${SLUG})(?:/(${SLUG}))?/mcp$`);
const METADATA_PREFIX = '/.well-known/oauth-protected-resource';

/** @param path as it came, without the query. Escapes, doubled or trailing slashes and upper case are no spelling of an address. */
export function parseAddress(path: string): Address | null {
  const [, organization, server = null] = MCP_PATH.exec(path) ?? [];
  return organization ? { organization, server } : null;
}

/** The address whose protected-resource metadata is at this path (RFC 9728 section 3.1: the well-known part is inserted before the path). */
export function parseMetadataPath(path: string): Address | null {
  return path.startsWith(`${METADATA_PREFIX}/`) ? parseAddress(path.slice(METADATA_PREFIX.length)) : null;
}

export function addressPath({ organization, server }: Address): string {
  return server === null ? `/${organization}/mcp` : `/${organization}/${server}/mcp`;
}

export function metadataUrl(gatewayUrl: string, address: Address): string {
  const base = new URL(gatewayUrl);
  return `${base.origin}${METADATA_PREFIX}${base.pathname.replace(/\/$/, '')}${addressPath(address)}`;
}
