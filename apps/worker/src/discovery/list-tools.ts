/** Asks an MCP server for everything it says of itself, in whichever revision it speaks. */
import type { JsonObject } from '@toolgate/mcp/is-object';
import type { Found } from '@toolgate/services/server/save-discovery';
import { z } from 'zod';
import { cappedDispatcher } from './capped-dispatcher.ts';
import { type ConnectedServer, connectServer, type ServerPlace } from './connect-server.ts';
import { TooMuch } from './discovery-failure.ts';

export interface ListToolsOptions extends ServerPlace {
  deadlineMs?: number;
}

const MAX_TOOLS = 5000;
const MAX_PAGES = 500;
const MAX_BYTES = 10 * 1024 * 1024;
const CLOSE_MS = 1000;

/** Rejects with whatever went wrong; `discoveryFailure` puts it into words. */
export async function listTools({ dispatcher, deadlineMs = 20_000, ...place }: ListToolsOptions): Promise<Found> {
  const deadline = performance.now() + deadlineMs;
  const leftMs = () => Math.max(1, deadline - performance.now());
  const connecting = connectServer({ ...place, dispatcher: cappedDispatcher(dispatcher, MAX_BYTES) }, leftMs, MAX_BYTES);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException('The deadline is over.', 'TimeoutError')), deadlineMs);
  });
  try {
    return await Promise.race([connecting.then(readAll), late]);
  } finally {
    clearTimeout(timer);
    const closing = connecting.then((server) => server.close()).catch(() => {});
    await Promise.race([closing, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  }
}

async function readAll(server: ConnectedServer): Promise<Found> {
  const { serverInfo, capabilities, instructions } = server.described;
  const { name, version, title, websiteUrl } = serverInfo;
  return {
    serverInfo: { name, version, title, websiteUrl, instructions },
    protocolVersion: server.protocolVersion,
    tools: capabilities.tools === undefined ? [] : await readTools(server),
  };
}

async function readTools({ request }: ConnectedServer): Promise<Found['tools']> {
  const tools: Found['tools'] = [];
  const seen = new Set<string>();
  for (let cursor: string | undefined, page = 0; page === 0 || cursor !== undefined; page++) {
    const params: JsonObject = cursor === undefined ? {} : { cursor };
    const result = ToolPage.parse(await request('tools/list', params));
    for (const tool of result.tools) {
      const read = Tool.safeParse(tool);
      if (read.success) tools.push({ ...read.data, inputSchema: read.data.inputSchema });
    }
    if (tools.length > MAX_TOOLS) throw new TooMuch(`The server has more than ${MAX_TOOLS} tools.`);
    cursor = result.nextCursor;
    if (cursor !== undefined && (seen.has(cursor) || page >= MAX_PAGES))
      throw new TooMuch('The pages of the list of tools go round in a circle.');
    if (cursor !== undefined) seen.add(cursor);
  }
  return tools;
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
