import { answerText, type ConformanceTools } from './conformance-tool.ts';

/** `x-mcp-header` is of MCP, not of JSON Schema (MCP 2026-07-28, transports, "Custom headers"). */
const MIRRORED = { type: 'string' as const, 'x-mcp-header': 'Region' };

/** Schemas that an intermediary must not touch: JSON Schema 2020-12 in full, and an argument that is mirrored into a header. */
export const schemaTools: ConformanceTools = {
  json_schema_2020_12_tool: {
    description: 'Takes a contact, described with what JSON Schema 2020-12 has.',
    inputSchema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      $defs: {
        address: {
          $anchor: 'addressDef',
          type: 'object',
          properties: { street: { type: 'string' }, city: { type: 'string' } },
        },
      },
      properties: {
        name: { type: 'string' },
        address: { $ref: '#/$defs/address' },
        contactMethod: { type: 'string', enum: ['phone', 'email'] },
        phone: { type: 'string' },
        email: { type: 'string' },
      },
      allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
      if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
      then: { required: ['phone'] },
      else: { required: ['email'] },
      additionalProperties: false,
    },
    run: (args) => answerText(JSON.stringify(args)),
  },
  test_x_mcp_header: {
    description: 'Says its region, which the request also carries as the header Mcp-Param-Region.',
    inputSchema: {
      type: 'object',
      properties: { region: MIRRORED, level: { type: 'integer' } },
    },
    run: ({ region = 'none' }) => answerText(`region ${region}`),
  },
};
