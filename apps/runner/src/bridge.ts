/** One MCP session of the gateway: answers for the program, and hands lists and calls on to whichever process runs now. */
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ListToolsRequestSchema,
  McpError,
  type Request,
  type Result,
  type ServerNotification,
} from '@modelcontextprotocol/sdk/types.js';
import type { ManagedProcess } from './managed-process.ts';
import { RunnerError } from './runner-error.ts';

/** @param current the process to hand on to; it may be another one for each call. Null: the server is gone. */
export function createBridge(introduction: ManagedProcess['introduction'], current: () => Promise<ManagedProcess | null>): Server {
  const { serverInfo, instructions } = introduction;
  const server = new Server(serverInfo, { capabilities: { tools: {} }, ...(instructions ? { instructions } : {}) });
  const handOn = async (request: Request, extra: Extra): Promise<Result> => {
    try {
      const process = await current();
      if (!process) throw new RunnerError('not_configured', 'This server has been removed.');
      return await process.request(request, { signal: extra.signal, onprogress: progressTo(extra) });
    } catch (error) {
      throw asFound(error);
    }
  };
  server.setRequestHandler(ListToolsRequestSchema, handOn);
  server.setRequestHandler(CallToolRequestSchema, handOn);
  return server;
}

interface Extra {
  signal: AbortSignal;
  _meta?: { progressToken?: string | number } | undefined;
  sendNotification(notification: ServerNotification): Promise<void>;
}

function progressTo({ _meta, sendNotification }: Extra) {
  const progressToken = _meta?.progressToken;
  if (progressToken === undefined) return undefined;
  // Progress that nobody can take any more must not fail the call.
  return (progress: object & { progress: number }) =>
    void sendNotification({ method: 'notifications/progress', params: { ...progress, progressToken } }).catch(() => {});
}

/** The SDK puts its own words before the message of an error that came from the program; they are taken off again. */
function asFound(error: unknown): unknown {
  if (!(error instanceof McpError)) return error;
  const message = error.message.replace(`MCP error ${error.code}: `, '');
  if (message === 'Connection closed') return new RunnerError('crashed', 'The managed server ended during the call.');
  return Object.assign(new Error(message), { code: error.code, data: error.data });
}
