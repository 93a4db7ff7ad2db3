/** Asks an MCP server for everything it says of itself: the session-based revisions over Streamable HTTP. */
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Found } from '@toolgate/services/server/save-discovery';
import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { cappedFetch } from './capped-fetch.ts';
import { TooMuch } from './discovery-failure.ts';

export interface ListToolsOptions {
  url: string;
  headers: Record<string, string>;
  dispatcher: Dispatcher;
  deadlineMs?: number;
}

const MAX_TOOLS = 5000;
const MAX_PAGES = 500;
const MAX_BYTES = 10 * 1024 * 1024;

/** Rejects with whatever went wrong; `discoveryFailure` puts it into words. */
export async function listTools({ url, headers, dispatcher, deadlineMs = 20_000 }: ListToolsOptions): Promise<Found> {
  const signal = AbortSignal.timeout(deadlineMs);
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    fetch: cappedFetch(dispatcher, MAX_BYTES),
    requestInit: { headers },
    reconnectionOptions: { maxRetries: 0, initialReconnectionDelay: 1000, maxReconnectionDelay: 1000, reconnectionDelayGrowFactor: 1 },
  });
  const client = new Client({ name: 'toolgate', version: '0.1.0' }, { capabilities: {} });
  // What breaks the stream (too many bytes, for one) is told here only; the request itself would just wait for its end.
  const broken = new Promise<never>((_, reject) => {
    client.onerror = (error) => reject(error);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
  broken.catch(() => {});
  try {
    return await Promise.race([ask(client, transport, signal, deadlineMs), broken]);
  } finally {
    await Promise.race([transport.terminateSession().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1000).unref())]);
    await client.close().catch(() => {});
  }
}

async function ask(client: Client, transport: StreamableHTTPClientTransport, signal: AbortSignal, timeout: number): Promise<Found> {
  await client.connect(transport, { signal, timeout });
  const { name, version, title, websiteUrl } = client.getServerVersion() ?? { name: '', version: '' };
  const found: Found = {
    serverInfo: { name, version, title, websiteUrl, instructions: client.getInstructions() },
    protocolVersion: transport.protocolVersion ?? null,
    tools: [],
  };
  if (!client.getServerCapabilities()?.tools) return found;
  const seen = new Set<string>();
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
    const params = cursor === undefined ? {} : { cursor };
    // Not `client.listTools`: it would compile every output schema, and a schema of a stranger is data.
    const result = await client.request({ method: 'tools/list', params }, ToolPage, { signal, timeout });
    for (const tool of result.tools) {
      const read = Tool.safeParse(tool);
      if (read.success) found.tools.push({ ...read.data, inputSchema: read.data.inputSchema });
    }
    if (found.tools.length > MAX_TOOLS) throw new TooMuch(`The server has more than ${MAX_TOOLS} tools.`);
    cursor = result.nextCursor;
    if (cursor !== undefined && (seen.has(cursor) || page >= MAX_PAGES))
      throw new TooMuch('The pages of the list of tools go round in a circle.');
    if (cursor !== undefined) seen.add(cursor);
  }
  return found;
}

/** Lenient on purpose: one tool that is malformed is left out and does not hide the others. */
const ToolPage = z.looseObject({ tools: z.array(z.unknown()), nextCursor: z.string().optional() });
const Tool = z.object({
  name: z.string().min(1),
  title: z.string().nullish().catch(null),
  description: z.string().nullish().catch(null),
  inputSchema: z.unknown(),
  outputSchema: z.unknown().optional(),
  annotations: z.unknown().optional(),
});
