import { storable } from '@toolgate/audit/storable';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { z } from 'zod';
import { isAtMostDeep } from '../canonical-json.ts';
import { type ChangeResult, change, changed, unchanged } from '../change.ts';
import type { Services } from '../context.ts';
import { compareTools, type ToolDifference } from './compare-tools.ts';
import { findServer, noServer, serverTarget, updateServer } from './find.ts';
import { type FoundTool, pinTools } from './pinned-tool.ts';
import { readKnownTools, storeDifferences } from './store-tools.ts';

/** Why a server could not be discovered, for people: what happened, and what to do about it. */
export interface DiscoveryFailure {
  code: string;
  message: string;
  fix: string;
}

export interface Found {
  /** Name, version, instructions: what the server says of itself. */
  serverInfo: unknown;
  protocolVersion: string | null;
  tools: FoundTool[];
}

export type Discovery = { organizationId: string; serverId: string } & ({ found: Found } | { failure: DiscoveryFailure });

export interface Discovered {
  added: number;
  changed: number;
  removed: number;
  /** Names of tools that cannot be pinned, and so are never callable. */
  skipped: string[];
}

const Failure = z.strictObject({ code: z.string().max(64), message: z.string().max(1000), fix: z.string().max(1000) });
const Tool = z.object({
  name: z.string(),
  title: z.string().nullish(),
  description: z.string().nullish(),
  inputSchema: z.unknown(),
  outputSchema: z.unknown().optional(),
  annotations: z.unknown().optional(),
});
const Input = z.union([
  z.strictObject({ organizationId: z.string(), serverId: z.string(), failure: Failure }),
  z.strictObject({
    organizationId: z.string(),
    serverId: z.string(),
    found: z.strictObject({ serverInfo: z.unknown(), protocolVersion: z.string().max(64).nullable(), tools: z.array(Tool) }),
  }),
]);

/**
 * Keeps what the worker learned from a server. The first list of tools is taken as active; what is new or differs later is
 * quarantined until somebody has looked; what is gone is removed. A failure leaves the pinned tools as they are.
 */
export function saveDiscovery(s: Services, discovery: Discovery): Promise<ChangeResult<Discovered>> {
  const actor = { kind: 'operator', organizationId: discovery.organizationId, name: 'Discovery' } as const;
  return change(s, actor, { permission: 'server.manage', schema: Input, input: discovery }, async (tx, input) => {
    const server = await findServer(tx, input.organizationId, input.serverId);
    if (!server) return noServer();
    return 'failure' in input ? saveFailure(tx, server, input.failure) : saveFound(tx, server, input.found, s.now());
  });
}

type ServerRow = NonNullable<Awaited<ReturnType<typeof findServer>>>;

async function saveFailure(tx: Transaction, server: ServerRow, failure: DiscoveryFailure) {
  const kept = storable(failure) as Prisma.InputJsonObject;
  await updateServer(tx, server.organizationId, server.id, { status: 'failing', failure: kept });
  const value: Discovered = { added: 0, changed: 0, removed: 0, skipped: [] };
  if ((server.failure as DiscoveryFailure | null)?.code === failure.code) return unchanged(value);
  return changed(value, { action: 'server.discover', target: serverTarget(server), after: { status: 'failing', failure: kept } });
}

async function saveFound(tx: Transaction, server: ServerRow, found: Found, now: Date) {
  const { organizationId, id: serverId } = server;
  const { tools, skipped } = pinTools(found.tools);
  const differences = compareTools(await readKnownTools(tx, { organizationId, serverId }), tools);
  await storeDifferences(tx, { organizationId, serverId, now }, differences);
  await updateServer(tx, organizationId, serverId, {
    status: 'ready',
    failure: Prisma.DbNull,
    serverInfo: keptInfo(found.serverInfo),
    protocolVersion: found.protocolVersion,
    discoveredAt: now,
  });
  const value = { ...countOf(differences), skipped };
  if (server.discoveredAt && !server.failure && differences.length === 0) return unchanged(value);
  const after = { status: 'ready', tools: tools.size, ...namesOf(differences) };
  return changed(value, { action: 'server.discover', target: serverTarget(server), after });
}

function countOf(differences: readonly ToolDifference[]): Omit<Discovered, 'skipped'> {
  const count = (...kinds: ToolDifference['kind'][]) => differences.filter(({ kind }) => kinds.includes(kind)).length;
  return { added: count('new', 'back'), changed: count('changed'), removed: count('vanished') };
}

/** The first hundred names of each kind, for the audit event. */
function namesOf(differences: readonly ToolDifference[]): Record<string, string[]> {
  const names: Record<string, string[]> = {};
  for (const difference of differences) {
    const list = names[difference.kind] ?? [];
    names[difference.kind] = list;
    if (list.length < 100) list.push(difference.kind === 'vanished' ? difference.name : difference.tool.name);
  }
  return names;
}

function keptInfo(info: unknown): Prisma.InputJsonValue | typeof Prisma.DbNull {
  if (info === null || typeof info !== 'object' || !isAtMostDeep(info, 16)) return Prisma.DbNull;
  const kept = storable(info) as Prisma.InputJsonObject;
  return JSON.stringify(kept).length <= 65_536 ? kept : Prisma.DbNull;
}
