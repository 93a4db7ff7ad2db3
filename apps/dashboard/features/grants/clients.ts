/** How each MCP client is connected: the only table that snippets and install links come from. Facts checked against each client's documentation. */

export interface Connection {
  /** The entry's name in the client: the organization's slug. */
  name: string;
  /** `{GATEWAY_URL}/{org}/mcp` */
  url: string;
  /** Environment variable that holds the token. */
  variable: string;
}

export interface Snippet {
  /** A file's path, or where the command is run. */
  title: string;
  code: string;
  format: 'shell' | 'json' | 'toml';
}

export interface Client {
  id: ClientId;
  label: string;
  /** In the order in which they are done. */
  snippets(connection: Connection): Snippet[];
  /** Opens the client and adds the entry. Never holds a token: addresses end up in histories and logs. */
  installLink?(connection: Connection): string;
  /** What the link or file asks for, and how to see that it worked. */
  afterwards: string;
}

export type ClientId = 'claude-code' | 'cursor' | 'vs-code' | 'codex' | 'json' | 'curl';

/** An environment variable's name for an organization's token: `acme-2` → `ACME_2_MCP_TOKEN`. */
export const tokenVariable = (slug: string): string =>
  `${/^\d/.test(slug) ? 'ORG_' : ''}${slug.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_MCP_TOKEN`;

/** The line that sets it; without a token, with a place for one. */
export const exportLine = (variable: string, token: string | null): string => `export ${variable}='${token ?? 'PASTE-THE-TOKEN'}'`;

export const CLIENTS: readonly Client[] = [
  {
    id: 'claude-code',
    label: 'Claude Code',
    snippets: ({ name, url, variable }) => [
      {
        title: 'Terminal',
        format: 'shell',
        code: `claude mcp add --scope user --transport http ${name} ${url} --header "Authorization: Bearer $${variable}"`,
      },
      {
        title: '.mcp.json, for a team',
        format: 'json',
        code: json({ mcpServers: { [name]: { type: 'http', url, headers: { Authorization: `Bearer \${${variable}}` } } } }),
      },
    ],
    afterwards: 'Run /mcp in Claude Code: it lists the server as connected.',
  },
  {
    id: 'cursor',
    label: 'Cursor',
    installLink: ({ name, url, variable }) =>
      `cursor://anysphere.cursor-deeplink/mcp/install?name=${encodeURIComponent(name)}&config=${encodeURIComponent(base64(JSON.stringify(cursorEntry(url, variable))))}`,
    snippets: ({ name, url, variable }) => [
      { title: '~/.cursor/mcp.json', format: 'json', code: json({ mcpServers: { [name]: cursorEntry(url, variable) } }) },
    ],
    afterwards: 'Cursor reads the token from the environment variable: start Cursor from a terminal where it is set.',
  },
  {
    id: 'vs-code',
    label: 'VS Code',
    installLink: ({ name, url, variable }) => {
      const { inputs, servers } = vsCodeConfig(name, url, variable);
      return `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name, ...servers[name], inputs }))}`;
    },
    snippets: ({ name, url, variable }) => [{ title: '.vscode/mcp.json', format: 'json', code: json(vsCodeConfig(name, url, variable)) }],
    afterwards: 'VS Code asks for the token once and keeps it.',
  },
  {
    id: 'codex',
    label: 'Codex',
    snippets: ({ name, url, variable }) => [
      {
        title: '~/.codex/config.toml',
        format: 'toml',
        code: `[mcp_servers.${name}]\nurl = "${url}"\nbearer_token_env_var = "${variable}"`,
      },
    ],
    afterwards: 'Codex reads the token from the environment variable.',
  },
  {
    id: 'json',
    label: 'Other clients',
    snippets: ({ name, url }) => [
      {
        title: 'mcpServers entry',
        format: 'json',
        code: json({ mcpServers: { [name]: { type: 'http', url, headers: { Authorization: 'Bearer PASTE-THE-TOKEN' } } } }),
      },
    ],
    afterwards:
      'Streamable HTTP with a header. Windsurf calls the field serverUrl, Gemini CLI httpUrl, Cline wants "type": "streamableHttp".',
  },
  {
    id: 'curl',
    label: 'curl',
    snippets: ({ url, variable }) => [
      {
        title: 'Terminal',
        format: 'shell',
        code: [
          `curl -sS ${url} \\`,
          `  -H "Authorization: Bearer $${variable}" \\`,
          `  -H 'Content-Type: application/json' \\`,
          `  -H 'Accept: application/json, text/event-stream' \\`,
          `  -d '{"jsonrpc":"2.0","id":1,"method":"tools/list"}'`,
        ].join('\n'),
      },
    ],
    afterwards: 'It lists the tools that this grant may call.',
  },
];

/** Cursor expands `${env:NAME}` in headers. */
const cursorEntry = (url: string, variable: string) => ({ url, headers: { Authorization: `Bearer \${env:${variable}}` } });

/** VS Code's key is `servers`, and it asks for what `inputs` names. */
function vsCodeConfig(name: string, url: string, variable: string) {
  const id = variable.toLowerCase();
  return {
    inputs: [{ type: 'promptString', id, description: `Toolgate token for ${name}`, password: true }],
    servers: { [name]: { type: 'http', url, headers: { Authorization: `Bearer \${input:${id}}` } } },
  };
}

const json = (value: unknown): string => JSON.stringify(value, null, 2);

/** Of UTF-8, in browsers and in Node. */
const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
