import { expect, test } from 'vitest';
import { withoutClientCapabilities, withoutServerCapabilities } from './capabilities.ts';

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
