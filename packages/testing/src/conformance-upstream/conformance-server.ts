import { fromJsonSchema, type JsonSchemaType, McpServer } from '@modelcontextprotocol/server';
import { askingTools } from './asking-tools.ts';
import { contentTools } from './content-tools.ts';
import { type ListChanges, notifyingTools } from './notifying-tools.ts';
import { registerPrompts } from './register-prompts.ts';
import { registerResources } from './register-resources.ts';
import { schemaTools } from './schema-tools.ts';
import { requestState, stateTools } from './state-tools.ts';
import { taskTools } from './task-tools.ts';

const NOTHING: JsonSchemaType = { type: 'object', properties: {} };

/** One MCP server with every tool, resource and prompt that the conformance suite names: for one session, or for one stateless request. */
export function createConformanceServer(changes: ListChanges): McpServer {
  const server = new McpServer(
    { name: 'conformance-upstream', version: '1.0.0' },
    {
      capabilities: {
        tools: { listChanged: true },
        resources: { listChanged: true, subscribe: true },
        prompts: { listChanged: true },
        logging: {},
        completions: {},
      },
      requestState: { verify: requestState.verify },
    },
  );
  const tools = { ...contentTools, ...schemaTools, ...notifyingTools(changes), ...askingTools, ...stateTools, ...taskTools };
  for (const [name, { description, inputSchema = NOTHING, run }] of Object.entries(tools)) {
    server.registerTool(name, { description, inputSchema: fromJsonSchema<Record<string, unknown>>(inputSchema) }, run);
  }
  registerResources(server);
  registerPrompts(server);
  return server;
}
