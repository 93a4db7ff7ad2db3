/** What the specs share: the addresses of the running system, organizations of their own, MCP clients. */
import { randomBytes } from 'node:crypto';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { expect } from '@playwright/test';
import { type Output, run } from './system.ts';

interface Shared {
  dashboardUrl: string;
  gatewayUrl: string;
  dataFolder: string;
  everythingUrl: string;
}

export const shared = (): Shared => JSON.parse(process.env.E2E_SYSTEM ?? '{}');

export const unique = (name: string): string => `${name}-${randomBytes(3).toString('hex')}`;

export const PASSWORD = 'correct horse battery';

/** The document of the README, character by character. */
export const CAPPED = `{"version":"1","default":"deny","tools":{"image_to_image":{"limits":[
  {"counter":"image_to_image_rate","window":"minute","max":30,"scope":"grant"}]}}}`;

/** Runs the command line against the shared system. */
export function toolgate(args: string[], input?: unknown): Promise<Output> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, TOOLGATE_DATA_DIR: shared().dataFolder };
  return run('npm', ['run', '-s', 'toolgate', '--', ...args], env, input === undefined ? '' : JSON.stringify(input));
}

export interface Applied {
  organization: string;
  gatewayUrl: string;
  servers: { slug: string; url: string; tools: number }[];
  policies: { slug: string; version: number }[];
  grants: { label: string; token: string | null }[];
}

/** Applies a document; rejects with the command's words when it fails. */
export async function apply(document: object): Promise<Applied> {
  const { code, stdout, stderr } = await toolgate(['apply', '-'], document);
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Applied;
}

export async function connect(url: string, token: string): Promise<Client> {
  const client = new Client({ name: 'e2e', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: { Authorization: `Bearer ${token}` } } }));
  return client;
}

/** The audit log of an organization, oldest first. */
export async function auditEvents(organization: string): Promise<Record<string, unknown>[]> {
  const { stdout } = await toolgate(['audit', 'export', '--org', organization]);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

/** Resolves when the log has so many calls of an organization, each with what became of it: what counts them starts from there. */
export async function untilRecorded(organization: string, calls: number): Promise<void> {
  const ended = async () =>
    (await auditEvents(organization)).filter(
      ({ kind, decision, outcome }) => kind === 'call' && (decision !== 'allowed' || outcome !== null),
    ).length;
  await expect.poll(ended, { timeout: 120_000 }).toBeGreaterThanOrEqual(calls);
}
