/** Clients that others wrote, of every era, with the little that tests of the gateway need of them. */
import { Client as NewClient, StreamableHTTPClientTransport as NewTransport } from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { ToolFactory } from '@toolgate/testing/factories';

export type ClientKind = 'v1' | 'v2 legacy' | 'v2 auto' | 'v2 pinned';
export const CLIENT_KINDS: ClientKind[] = ['v1', 'v2 legacy', 'v2 auto', 'v2 pinned'];

export interface AnyClient {
  listTools(): Promise<{ tools: { name: string }[] }>;
  callTool(call: { name: string; arguments?: Record<string, unknown> }): Promise<unknown>;
  listPrompts(): Promise<{ prompts: { name: string }[] }>;
  getPrompt(prompt: { name: string; arguments?: Record<string, string> }): Promise<unknown>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  readResource(resource: { uri: string }): Promise<unknown>;
  close(): Promise<void>;
}

const INFO = { name: 'any-client', version: '1' };

export async function connectAs(kind: ClientKind, url: string, token: string, capabilities: object = {}): Promise<AnyClient> {
  const options = { requestInit: { headers: { authorization: `Bearer ${token}` } } };
  if (kind === 'v1') {
    const client = new Client(INFO, { capabilities });
    await client.connect(new StreamableHTTPClientTransport(new URL(url), options));
    return client as unknown as AnyClient;
  }
  const client = newClient(kind, capabilities);
  await client.connect(new NewTransport(new URL(url), options));
  return client as unknown as AnyClient;
}

export function newClient(kind: Exclude<ClientKind, 'v1'>, capabilities: object = {}): NewClient {
  const mode = kind === 'v2 pinned' ? { pin: '2026-07-28' } : kind === 'v2 auto' ? ('auto' as const) : ('legacy' as const);
  return new NewClient(INFO, { capabilities, versionNegotiation: { mode } });
}

/** What discovery would find and pin, of a server of any era. */
export async function toolsOf(url: string, kind: ClientKind | 'sse'): Promise<ToolFactory[]> {
  const client = kind === 'sse' ? await connectSse(url) : await connectAs(kind, url, 'none');
  const { tools } = await client.listTools();
  await client.close();
  return tools as ToolFactory[];
}

async function connectSse(url: string): Promise<AnyClient> {
  const client = new Client(INFO);
  await client.connect(new SSEClientTransport(new URL(url)));
  return client as unknown as AnyClient;
}
