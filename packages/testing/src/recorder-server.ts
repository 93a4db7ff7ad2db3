/** The tools of the recorder upstream, each of which behaves in one way that a gateway has to cope with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  type CallToolRequest,
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type ServerNotification,
  type Tool,
} from '@modelcontextprotocol/sdk/types.js';

/** One MCP session of it. */
export function createRecorderServer(): Server {
  const server = new Server({ name: 'recorder', version: '1.0.0' }, { capabilities: { tools: {} } });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: RECORDER_TOOLS }));
  server.setRequestHandler(CallToolRequestSchema, (request, extra) => run(request.params, extra.signal, extra.sendNotification));
  return server;
}

export const RECORDER_TOOLS: Tool[] = [
  { name: 'echo', description: 'Returns its arguments as JSON.', inputSchema: { type: 'object' } },
  {
    name: 'slow',
    description: 'Answers after `ms` milliseconds.',
    inputSchema: { type: 'object', properties: { ms: { type: 'integer', minimum: 0 } }, required: ['ms'] },
  },
  { name: 'fail', description: 'Answers with a tool error.', inputSchema: { type: 'object' } },
  { name: 'progress', description: 'Sends three progress notifications, then answers.', inputSchema: { type: 'object' } },
  {
    name: 'big',
    description: 'Answers with `kb` KiB of text.',
    inputSchema: { type: 'object', properties: { kb: { type: 'integer', minimum: 0 } }, required: ['kb'] },
  },
];

type Params = CallToolRequest['params'];
type Notify = (notification: ServerNotification) => Promise<void>;

async function run(params: Params, signal: AbortSignal, notify: Notify): Promise<CallToolResult> {
  const args = params.arguments ?? {};
  switch (params.name) {
    case 'echo':
      return text(JSON.stringify(args));
    case 'slow':
      await sleep(Number(args.ms ?? 0), undefined, { signal });
      return text(`waited ${args.ms} ms`);
    case 'fail':
      return { ...text('This tool always fails.'), isError: true };
    case 'progress':
      await sendProgress(params, notify);
      return text('done');
    case 'big':
      return text('x'.repeat(Number(args.kb ?? 0) * 1024));
    default:
      throw new McpError(ErrorCode.InvalidParams, `Unknown tool: ${params.name}`);
  }
}

async function sendProgress(params: Params, notify: Notify): Promise<void> {
  const progressToken = params._meta?.progressToken;
  for (let progress = 1; progress <= 3; progress++) {
    if (progressToken !== undefined) {
      await notify({ method: 'notifications/progress', params: { progressToken, progress, total: 3, message: `step ${progress}` } });
    }
    await sleep(30);
  }
}

const text = (value: string): CallToolResult => ({ content: [{ type: 'text', text: value }] });
