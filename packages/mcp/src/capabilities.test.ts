import { expect, test } from 'vitest';
import {
  allowedClientCapabilities,
  allowedServerCapabilities,
  withoutClientCapabilities,
  withoutServerCapabilities,
} from './capabilities.ts';

const everything = { sampling: {}, elicitation: {}, roots: { listChanged: true }, tasks: {}, experimental: { x: {} } };

test('a client is not offered for what the policy denies', () => {
  expect(withoutClientCapabilities({ protocolVersion: '2025-11-25', capabilities: everything }, () => false)).toEqual({
    protocolVersion: '2025-11-25',
    capabilities: { experimental: { x: {} } },
  });
  const allowed = withoutClientCapabilities({ capabilities: everything }, (method) => method === 'elicitation/create');
  expect(allowed.capabilities).toEqual({ elicitation: {}, experimental: { x: {} } });
});

test('a server’s capability stays as long as one of its methods may be called', () => {
  const capabilities = { tools: {}, resources: {}, prompts: {}, completions: {}, tasks: {}, logging: {} };
  expect(withoutServerCapabilities({ capabilities }, () => false).capabilities).toEqual({ tools: {}, logging: {} });
  expect(withoutServerCapabilities({ capabilities }, (method) => method === 'prompts/get').capabilities).toEqual({
    tools: {},
    prompts: {},
    logging: {},
  });
});

test('roots are asked of the policy like everything that a server wants of a client', () => {
  expect(allowedClientCapabilities(everything, (method) => method === 'roots/list')).toEqual({
    roots: { listChanged: true },
    experimental: { x: {} },
  });
});

test('the tasks extension is taken out on both sides, others stay', () => {
  const extensions = { 'io.modelcontextprotocol/tasks': {}, 'io.modelcontextprotocol/ui': { mimeTypes: [] } };
  const kept = { extensions: { 'io.modelcontextprotocol/ui': { mimeTypes: [] } } };
  expect(allowedClientCapabilities({ extensions }, () => true)).toEqual(kept);
  expect(allowedServerCapabilities({ extensions }, () => true)).toEqual(kept);
});

test('subscribing to resources is declared only where it may be done', () => {
  const capabilities = { resources: { subscribe: true, listChanged: true } };
  expect(allowedServerCapabilities(capabilities, () => true)).toEqual(capabilities);
  expect(allowedServerCapabilities(capabilities, (method) => method === 'resources/read')).toEqual({ resources: { listChanged: true } });
});

test('a capability named like a member of every object is only a name', () => {
  expect(allowedClientCapabilities({ constructor: {} }, () => false)).toEqual({ constructor: {} });
});
