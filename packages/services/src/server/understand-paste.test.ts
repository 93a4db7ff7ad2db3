import { expect, test } from 'vitest';
import { understandPaste } from './understand-paste.ts';

const config = (value: object) => understandPaste(JSON.stringify(value));

test.each([
  ['https://mcp.linear.app/mcp', { kind: 'url', server: { name: 'linear', url: 'https://mcp.linear.app/mcp', headers: [] } }],
  ['  http://127.0.0.1:3101/mcp\n', { kind: 'url', server: { name: 'Local server', url: 'http://127.0.0.1:3101/mcp' } }],
  ['mcp.example.com/mcp', { kind: 'url', server: { url: 'https://mcp.example.com/mcp' } }],
  ['WavespeedMCP', { kind: 'managed', managed: 'wavespeed' }],
  ['wavespeed-demo', { kind: 'managed', managed: 'wavespeed-demo' }],
  ['npx -y @wavespeed/mcp', { kind: 'managed', managed: 'wavespeed' }],
  ['npx mcp-remote https://a.example/mcp', { kind: 'url', server: { url: 'https://a.example/mcp' } }],
  ['npx -y @modelcontextprotocol/server-everything', { kind: 'unknown', message: expect.stringContaining('command') }],
  ['what is this', { kind: 'unknown' }],
  ['{"not": "it"}', { kind: 'unknown' }],
  ['{broken', { kind: 'unknown' }],
  ['', { kind: 'unknown' }],
  ['x'.repeat(70_000), { kind: 'unknown' }],
])('%s', (text, expected) => {
  expect(understandPaste(text)).toMatchObject(expected);
});

test('the configuration of every client: mcpServers, servers, a single entry, an entry without braces', () => {
  const entry = { url: 'https://a.example/mcp', headers: { Authorization: 'Bearer x' } };
  const server = { name: 'mine', url: 'https://a.example/mcp', headers: [{ name: 'Authorization', value: 'Bearer x' }] };
  for (const value of [
    { mcpServers: { mine: entry } },
    { servers: { mine: { type: 'http', ...entry } } },
    { mcp: { servers: { mine: entry } } },
    { mine: entry },
  ])
    expect(config(value)).toMatchObject({ kind: 'config', servers: [server], skipped: [] });
  expect(understandPaste(`"mine": ${JSON.stringify(entry)}`)).toMatchObject({ kind: 'config', servers: [server] });
  expect(config(entry)).toMatchObject({ kind: 'config', servers: [{ url: entry.url }] });
});

test('entries that are started by a command are managed, bridged, or skipped with the reason', () => {
  const mcpServers = {
    wave: { command: 'npx', args: ['-y', '@wavespeed/mcp'] },
    remote: { command: 'npx', args: ['mcp-remote', 'https://a.example/mcp'] },
    files: { command: 'npx', args: ['server-filesystem', '/'] },
    empty: {},
  };
  expect(config({ mcpServers })).toMatchObject({
    managed: ['wavespeed'],
    servers: [{ name: 'remote', url: 'https://a.example/mcp' }],
    skipped: [{ name: 'files' }, { name: 'empty' }],
  });
});
