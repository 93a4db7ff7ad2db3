import 'server-only';
import { z } from 'zod';

export interface ToolAnswer {
  isError: boolean;
  /** What the gateway decided, when it was not to forward. */
  decision: { code: string; rule: string | null } | null;
  text: string;
  content: { type: string; data?: unknown; mimeType?: unknown }[];
}

const Answer = z.object({
  result: z
    .object({
      isError: z.boolean().optional(),
      content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })).default([]),
      _meta: z.looseObject({ 'toolgate/decision': z.looseObject({ code: z.string(), rule: z.string().nullish() }).optional() }).optional(),
    })
    .optional(),
  error: z.looseObject({ message: z.string() }).optional(),
});

const PATIENCE_MS = 60_000;

/** A session with the gateway, as any MCP client has one (revision 2025-11-25). Throws an Error with a sentence for people. */
export async function openSession(url: string, token: string): Promise<(tool: string, args: unknown) => Promise<ToolAnswer>> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  let next = 1;
  const post = async (body: object, more: Record<string, string>): Promise<Response> => {
    const request = {
      method: 'POST',
      headers: { ...headers, ...more },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    };
    return fetch(url, request).catch(() => {
      throw new Error(`The gateway at ${url} cannot be reached from here.`);
    });
  };
  const opened = await post(
    {
      jsonrpc: '2.0',
      id: next++,
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'Toolgate dashboard', version: '1' } },
    },
    {},
  );
  if (!opened.ok) throw new Error(await faultOf(opened));
  await opened.text();
  const session = { 'mcp-protocol-version': '2025-11-25', ...sessionOf(opened) };
  await (await post({ jsonrpc: '2.0', method: 'notifications/initialized' }, session)).text();
  return async (tool, args) => {
    const response = await post({ jsonrpc: '2.0', id: next++, method: 'tools/call', params: { name: tool, arguments: args } }, session);
    if (!response.ok) throw new Error(await faultOf(response));
    return answerOf(await messageOf(response));
  };
}

function sessionOf(response: Response): Record<string, string> {
  const id = response.headers.get('mcp-session-id');
  return id ? { 'mcp-session-id': id } : {};
}

/** The last JSON-RPC message of an answer, which is JSON or server-sent events. */
async function messageOf(response: Response): Promise<unknown> {
  const text = await response.text();
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return JSON.parse(text);
  const events = text.split(/\r?\n\r?\n/).map((event) =>
    event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart())
      .join('\n'),
  );
  const messages = events.filter(Boolean).map((data) => JSON.parse(data) as { id?: unknown });
  return messages.findLast((message) => message.id !== undefined);
}

function answerOf(message: unknown): ToolAnswer {
  const { result, error } = Answer.parse(message);
  if (!result) throw new Error(error?.message ?? 'The gateway gave no answer.');
  const decision = result._meta?.['toolgate/decision'];
  const text = result.content.map((part) => part.text ?? '').join('\n');
  return {
    isError: result.isError === true,
    decision: decision ? { code: decision.code, rule: decision.rule ?? null } : null,
    text,
    content: result.content,
  };
}

async function faultOf(response: Response): Promise<string> {
  const text = await response.text();
  try {
    return Answer.parse(JSON.parse(text)).error?.message ?? `The gateway answered ${response.status}.`;
  } catch {
    return `The gateway answered ${response.status}.`;
  }
}
