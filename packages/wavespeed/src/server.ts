/** The MCP side: lists the three tools, reads calls, and answers with what a generator made. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  type ServerNotification,
} from '@modelcontextprotocol/sdk/types.js';
import { ArgumentsRefused, type Order, readOrder } from './arguments.ts';
import { type Generated, toResult } from './result.ts';
import { WAVESPEED_TOOLS } from './tools.ts';

export interface GenerateContext {
  /** Aborted when the client cancels the call. */
  signal: AbortSignal;
  /** Each number larger than the one before; `total` where it is known. */
  progress(step: { progress: number; total?: number; message: string }): Promise<void>;
}

/** Makes what was ordered. What the service refuses is in `Generated.error`; it throws only on faults and cancellation. */
export type Generate = (order: Order, context: GenerateContext) => Promise<Generated>;

export function createWavespeedServer(generate: Generate, instructions: string): Server {
  const server = new Server({ name: 'wavespeed', version: '0.1.26' }, { capabilities: { tools: {} }, instructions });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: WAVESPEED_TOOLS }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra): Promise<CallToolResult> => {
    const progress = progressTo(params._meta?.progressToken, extra.sendNotification);
    try {
      const order = readOrder(params.name, params.arguments ?? {});
      // Not an McpError: it would put its own prefix into the message that is sent.
      if (order === null) throw Object.assign(new Error(`Unknown tool: ${params.name}`), { code: ErrorCode.InvalidParams });
      const start = performance.now();
      return toResult(await generate(order, { signal: extra.signal, progress }), (performance.now() - start) / 1000);
    } catch (error) {
      if (error instanceof ArgumentsRefused) return { content: [{ type: 'text', text: error.message }], isError: true };
      throw error;
    }
  });
  return server;
}

type Notify = (notification: ServerNotification) => Promise<void>;

function progressTo(progressToken: string | number | undefined, notify: Notify): GenerateContext['progress'] {
  if (progressToken === undefined) return async () => {};
  return (step) => notify({ method: 'notifications/progress', params: { progressToken, ...step } });
}
