import {
  createMcpHandler,
  hostHeaderValidationResponse,
  isLegacyRequest,
  localhostAllowedHostnames,
  localhostAllowedOrigins,
  originValidationResponse,
} from '@modelcontextprotocol/server';
import { createConformanceServer } from './conformance-server.ts';
import type { ListChanges } from './notifying-tools.ts';
import { createSessions, refuse, type Sessions } from './sessions.ts';
import { startWebServer } from './web-server.ts';

export interface ConformanceUpstream {
  /** The MCP endpoint, on the loopback interface. */
  url: string;
  /** `host:port`, as TOOLGATE_EGRESS_ALLOW takes it. */
  host: string;
  stop(): Promise<void>;
}

export interface ConformanceUpstreamOptions {
  /** 0 or absent: any free one. */
  port?: number;
  /** `session`: 2025-11-25 and before. `stateless`: 2026-07-28. Both unless said otherwise. */
  eras?: 'both' | 'session' | 'stateless';
}

/** A server of our own that passes the conformance suite in every era. Its names are those of the suite's scenarios. */
export async function startConformanceUpstream({ port, eras = 'both' }: ConformanceUpstreamOptions = {}): Promise<ConformanceUpstream> {
  const changes: ListChanges = {
    toolsChanged: () => announce(sessions, stateless, 'tools'),
    promptsChanged: () => announce(sessions, stateless, 'prompts'),
  };
  const create = () => createConformanceServer(changes);
  const sessions = createSessions(create);
  const stateless = createMcpHandler(create, { legacy: 'reject' });
  const web = await startWebServer(async (request) => {
    const refused =
      hostHeaderValidationResponse(request, localhostAllowedHostnames()) ?? originValidationResponse(request, localhostAllowedOrigins());
    if (refused) return refused;
    if (new URL(request.url).pathname !== '/mcp') return refuse(404, -32000, 'Not found');
    if (eras === 'stateless') return stateless.fetch(request);
    return eras === 'session' || (await isLegacyRequest(request)) ? sessions.handle(request) : stateless.fetch(request);
  }, port);
  return {
    url: `http://${web.host}/mcp`,
    host: web.host,
    async stop() {
      await Promise.all([sessions.close(), stateless.close()]);
      await web.stop();
    },
  };
}

function announce(sessions: Sessions, stateless: ReturnType<typeof createMcpHandler>, list: 'tools' | 'prompts'): void {
  if (list === 'tools') stateless.notify.toolsChanged();
  else stateless.notify.promptsChanged();
  for (const server of sessions.servers) {
    if (list === 'tools') server.sendToolListChanged();
    else server.sendPromptListChanged();
  }
}
