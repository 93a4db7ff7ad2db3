import { findManagedServer, MANAGED_SERVERS, type ManagedServerName } from '@toolgate/catalogue/managed';

export interface PastedServer {
  name: string;
  url: string;
  headers: { name: string; value: string }[];
}

/** What a pasted text says. Nothing has been stored or contacted. */
export type Paste =
  | { kind: 'url'; server: PastedServer }
  /** An `mcpServers` block of a client. `skipped`: entries that cannot be reached by address, and why. */
  | { kind: 'config'; servers: PastedServer[]; managed: ManagedServerName[]; skipped: { name: string; reason: string }[] }
  | { kind: 'managed'; managed: ManagedServerName; title: string }
  | { kind: 'unknown'; message: string };

const MAX_CHARACTERS = 65_536;
const STDIO = 'It is started by a command on your machine. Toolgate reaches servers by address, or runs those of its own list.';

/** Understands an address, a client's JSON configuration, a name of a managed server, or an `npx …` command. */
export function understandPaste(text: string): Paste {
  const trimmed = text.trim();
  if (trimmed.length > MAX_CHARACTERS) return { kind: 'unknown', message: 'This is too long. Paste one address or one configuration.' };
  if (trimmed.startsWith('{') || trimmed.startsWith('"')) return understandJson(trimmed);
  if (/^https?:\/\/\S+$/i.test(trimmed) && URL.canParse(trimmed)) return { kind: 'url', server: pasted(nameFromUrl(trimmed), trimmed) };
  const managed = managedNamed(trimmed.toLowerCase());
  if (managed) return managed;
  const words = trimmed.split(/\s+/);
  if (/^(?:npx|uvx|node|docker|python3?|bunx)$/.test(words[0] ?? '')) return understandCommand(words);
  if (/^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?(?:\/\S*)?$/i.test(trimmed)) return understandPaste(`https://${trimmed}`);
  return {
    kind: 'unknown',
    message: 'Paste the address of an MCP server, a client’s "mcpServers" block, or the name of a server of the list.',
  };
}

function understandCommand(words: readonly string[]): Paste {
  // `npx mcp-remote https://…` is a bridge to an address.
  const url = words.find((word) => /^https?:\/\//i.test(word) && URL.canParse(word));
  if (url) return { kind: 'url', server: pasted(nameFromUrl(url), url) };
  return words.map((word) => managedOfPackage(word)).find((found) => found !== null) ?? { kind: 'unknown', message: STDIO };
}

function understandJson(text: string): Paste {
  // VS Code and others show a single entry without its braces.
  const json = parse(text) ?? parse(`{${text}}`);
  const entries = json && serversOf(json);
  if (!entries) return { kind: 'unknown', message: 'This is not a configuration that names MCP servers.' };
  const config = { kind: 'config', servers: [], managed: [], skipped: [] } as Extract<Paste, { kind: 'config' }>;
  for (const [name, entry] of Object.entries(entries)) understandEntry(config, name, isObject(entry) ? entry : {});
  return config;
}

function understandEntry(config: Extract<Paste, { kind: 'config' }>, name: string, entry: Record<string, unknown>): void {
  const url = [entry.url, entry.serverUrl, entry.httpUrl].find((value) => typeof value === 'string');
  if (typeof url === 'string' && /^https?:\/\//i.test(url) && URL.canParse(url)) {
    const headers = isObject(entry.headers) ? Object.entries(entry.headers) : [];
    config.servers.push({ ...pasted(name, url), headers: headers.map(([header, value]) => ({ name: header, value: String(value) })) });
    return;
  }
  const args = Array.isArray(entry.args) ? entry.args.filter((word) => typeof word === 'string') : [];
  const understood = typeof entry.command === 'string' ? understandCommand([...entry.command.split(/\s+/), ...args]) : null;
  if (understood?.kind === 'url') config.servers.push({ ...understood.server, name });
  else if (understood?.kind === 'managed') config.managed.push(understood.managed);
  else config.skipped.push({ name, reason: understood ? STDIO : 'It has no address.' });
}

/** `mcpServers` (Claude, Cursor and most), `servers` (VS Code), `mcp.servers` (its settings), or the entry itself. */
function serversOf(json: Record<string, unknown>): Record<string, unknown> | null {
  const inner = isObject(json.mcp) ? json.mcp.servers : undefined;
  for (const candidate of [json.mcpServers, json.servers, inner]) if (isObject(candidate)) return candidate;
  if (typeof json.url === 'string' || typeof json.command === 'string') return { [nameFromUrl(String(json.url ?? ''))]: json };
  const values = Object.values(json);
  return values.length > 0 && values.every((value) => isObject(value) && ('url' in value || 'command' in value)) ? json : null;
}

function managedNamed(text: string): Paste | null {
  const spelled = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const found = findManagedServer(text) ?? MANAGED_SERVERS.find((server) => spelled(server.title) === spelled(text));
  return found ? { kind: 'managed', managed: found.name, title: found.title } : null;
}

function managedOfPackage(word: string): Paste | null {
  return /^(?:@wavespeed\/mcp|wavespeed-mcp)(?:@.*)?$/.test(word) ? managedNamed('wavespeed') : null;
}

function pasted(name: string, url: string): PastedServer {
  return { name, url, headers: [] };
}

/** `https://mcp.example.com/mcp` → `example`. */
function nameFromUrl(text: string): string {
  const host = URL.canParse(text) ? new URL(text).hostname : '';
  if (/^[\d.]+$|:/.test(host) || host === 'localhost') return 'Local server';
  const labels = host.split('.').filter((label) => !/^(?:www|mcp|api)$/.test(label));
  const name = labels.length > 1 ? labels[labels.length - 2] : labels[0];
  return name || 'Server';
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const json: unknown = JSON.parse(text);
    return isObject(json) ? json : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
