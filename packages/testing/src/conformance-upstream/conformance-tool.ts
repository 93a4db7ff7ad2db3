import type { CallToolResult, ContentBlock, InputRequiredResult, JsonSchemaType, ServerContext } from '@modelcontextprotocol/server';

/** One tool of the conformance upstream; it behaves the same in every era that it is called in. */
export interface ConformanceTool {
  description: string;
  /** Listed exactly as it is written here. Absent: an object without properties. */
  inputSchema?: JsonSchemaType;
  run(args: Record<string, unknown>, context: ServerContext): Answer | Promise<Answer>;
}

export type Answer = CallToolResult | InputRequiredResult;

/** By name. */
export type ConformanceTools = Record<string, ConformanceTool>;

export const answer = (...content: ContentBlock[]): CallToolResult => ({ content });

export const answerText = (text: string): CallToolResult => answer({ type: 'text', text });
