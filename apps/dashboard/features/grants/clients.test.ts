// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the clients expand these themselves.
import { expect, test } from 'vitest';
import { CLIENTS, type Client, type ClientId, exportLine, tokenVariable } from './clients';

const connection = { name: 'acme', url: 'https://gw.example.com/acme/mcp', variable: 'ACME_MCP_TOKEN' };
const client = (id: ClientId) => CLIENTS.find((one) => one.id === id) as Client;
const parsed = (id: ClientId, at = 0) => JSON.parse(client(id).snippets(connection)[at]?.code ?? '');

test('every snippet that says it is JSON is JSON, and every one holds the gateway URL', () => {
  for (const one of CLIENTS) {
    for (const snippet of one.snippets(connection)) {
      if (snippet.format === 'json') expect(() => JSON.parse(snippet.code)).not.toThrow();
      expect(snippet.code).toContain(connection.url);
    }
  }
});

test('no install link can carry a token: it is not given one, and refers to a variable or a prompt', () => {
  for (const one of CLIENTS) {
    const link = one.installLink?.(connection);
    if (!link) continue;
    expect(link).not.toContain('tg_');
    expect(decodeURIComponent(link)).not.toMatch(/Bearer (?!\$\{)/);
  }
});

test('the Cursor link round-trips to the entry of its file', () => {
  const link = new URL(client('cursor').installLink?.(connection) ?? '');
  const entry = JSON.parse(atob(link.searchParams.get('config') ?? ''));
  expect(link.searchParams.get('name')).toBe('acme');
  expect(entry).toEqual(parsed('cursor').mcpServers.acme);
  expect(entry).toEqual({ url: connection.url, headers: { Authorization: 'Bearer ${env:ACME_MCP_TOKEN}' } });
});

test('the VS Code link round-trips to the entry of its file, with the prompt for the token', () => {
  const link = client('vs-code').installLink?.(connection) ?? '';
  const { name, inputs, ...entry } = JSON.parse(decodeURIComponent(link.slice('vscode:mcp/install?'.length)));
  const file = parsed('vs-code');
  expect(name).toBe('acme');
  expect(entry).toEqual(file.servers.acme);
  expect(inputs).toEqual(file.inputs);
  expect(entry.headers.Authorization).toBe(`Bearer \${input:${inputs[0].id}}`);
});

test('Claude Code gets the transport, without which it would take the URL for a command', () => {
  expect(client('claude-code').snippets(connection)[0]?.code).toBe(
    'claude mcp add --scope user --transport http acme https://gw.example.com/acme/mcp --header "Authorization: Bearer $ACME_MCP_TOKEN"',
  );
  expect(parsed('claude-code', 1).mcpServers.acme).toEqual({
    type: 'http',
    url: connection.url,
    headers: { Authorization: 'Bearer ${ACME_MCP_TOKEN}' },
  });
});

test('Codex refuses an inline token, so it is named by its variable', () => {
  const code = client('codex').snippets(connection)[0]?.code;
  expect(code).toContain('bearer_token_env_var = "ACME_MCP_TOKEN"');
  expect(code).not.toContain('bearer_token =');
});

test('a variable name is one for a shell, whatever the slug', () => {
  for (const slug of ['acme', 'a-b', '2nd-team']) expect(tokenVariable(slug)).toMatch(/^[A-Z_][A-Z0-9_]*$/);
});

test('the line that sets the token quotes it', () => {
  expect(exportLine('A_MCP_TOKEN', 'tg_x')).toBe("export A_MCP_TOKEN='tg_x'");
});
