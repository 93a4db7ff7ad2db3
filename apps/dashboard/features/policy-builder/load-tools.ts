import 'server-only';
import type { Actor } from '@toolgate/services/context';
import { readServer, type ServerRead } from '@toolgate/services/server/read';
import { services } from '@/server/services';
import { type BuilderTool, mergeTools } from './builder-tool.ts';

/** The tools of these servers (ids), as the builder shows them; tools that are gone are left out. */
export async function loadTools(actor: Actor, serverIds: readonly string[]): Promise<BuilderTool[]> {
  const servers = await Promise.all([...new Set(serverIds)].map((id) => readServer(services(), actor, id)));
  return mergeTools(servers.filter((server) => server !== null).flatMap(toolsOf));
}

const toolsOf = (server: ServerRead): BuilderTool[] =>
  server.tools
    .filter(({ state }) => state !== 'removed')
    .map(({ name, description, inputSchema, annotations, category, risk, state }) => ({
      name,
      description,
      inputSchema,
      annotations: annotations ?? {},
      category,
      risk,
      state,
      servers: [{ id: server.id, name: server.name }],
    }));
