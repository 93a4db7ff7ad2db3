/** The rows behind the directory's entries. The epoch is read first: rows may be newer than it, never older. */
import { createSecretKey } from 'node:crypto';
import { riskOf } from '@toolgate/catalogue/category';
import type { Database, Transaction } from '@toolgate/db/database';
import { readParamHeaders } from '@toolgate/mcp/param-headers';
import { type CompiledPolicy, compilePolicy, unreadablePolicy } from '@toolgate/policy/compile';
import { readPolicy } from '@toolgate/policy/read';
import { argumentKey, dataKey } from '@toolgate/services/secret/data-key';
import type { KeyRing } from '@toolgate/services/secret/key-ring';
import type { GrantEntry, KnownTool, OrganizationEntry, PolicyEntry, ServerEntry } from './entries.ts';

export async function loadOrganization(db: Database, ring: KeyRing, slug: string): Promise<OrganizationEntry | null> {
  const row = await db.forSlug(slug, (tx) => tx.organization.findUnique({ where: { slug } }));
  if (!row) return null;
  const { id, epoch, pausedAt, pauseReason } = row;
  const key = await db.forOrganization(id, (tx) => argumentKey(tx, ring, id)).catch(ringLacksKey);
  return { id, slug, epoch, paused: pausedAt !== null, pauseReason, argumentKey: key && createSecretKey(key) };
}

/**
 * Loads nothing, in every way there is: connections are opened and queries compiled before a caller waits for them. The first ones take
 * most of a second on a busy machine, which is longer than callers are made to wait.
 */
export async function warmUp(db: Database, ring: KeyRing): Promise<void> {
  const nobody = '-';
  await Promise.all([
    loadOrganization(db, ring, nobody),
    db.forOrganization(nobody, (tx) => dataKey(tx, ring, nobody, 1)).catch(ringLacksKey),
    loadGrant(db, nobody, Buffer.alloc(32)),
    loadServer(db, nobody, nobody),
    loadPolicy(db, nobody, nobody),
  ]);
}

/** A key that cannot be opened costs the HMAC of the arguments, not the organization's calls; a database that is away costs both. */
function ringLacksKey(error: unknown): null {
  if (error instanceof Error && !('code' in error) && error.name === 'Error') return null;
  throw error;
}

export async function loadGrant(db: Database, organizationId: string, tokenHash: Buffer): Promise<GrantEntry | null> {
  const row = await db.forOrganization(organizationId, (tx) =>
    tx.grant.findUnique({
      where: { tokenHash: Uint8Array.from(tokenHash), organizationId },
      include: { servers: { include: { server: { select: { slug: true } } } } },
    }),
  );
  if (!row) return null;
  return {
    id: row.id,
    label: row.label,
    kind: row.kind,
    revoked: row.revokedAt !== null,
    paused: row.pausedAt !== null,
    pauseReason: row.pauseReason,
    expiresAt: row.expiresAt?.getTime() ?? null,
    servers: row.servers.map(({ serverId, policyId, server }) => ({ serverId, policyId, slug: server.slug })),
  };
}

export async function loadServer(db: Database, organizationId: string, id: string): Promise<ServerEntry | null> {
  const row = await db.forOrganization(organizationId, (tx) =>
    tx.server.findUnique({
      where: { organizationId_id: { organizationId, id } },
      include: { tools: { omit: { outputSchema: true, evidence: true, description: true } }, secrets: true },
    }),
  );
  if (!row) return null;
  return {
    id,
    slug: row.slug,
    paused: row.pausedAt !== null,
    pauseReason: row.pauseReason,
    captures: row.captureArguments,
    url: row.transport === 'http' ? row.url : null,
    tools: new Map(row.tools.map((tool) => [tool.name, knownTool(tool)])),
    secrets:
      row.transport === 'http' ? row.secrets.map(({ id, name, ciphertext, keyVersion }) => ({ id, name, ciphertext, keyVersion })) : [],
  };
}

type ToolRow = Pick<
  NonNullable<Awaited<ReturnType<Transaction['tool']['findFirst']>>>,
  'name' | 'category' | 'categoryOverride' | 'risk' | 'annotations' | 'state' | 'hash' | 'inputSchema'
>;

/** A person's choice of category wins, and the risk follows it. */
function knownTool({ name, category, categoryOverride, risk, annotations, state, hash, inputSchema }: ToolRow): KnownTool {
  const param = readParamHeaders(inputSchema);
  const hints = typeof annotations === 'object' && annotations !== null && !Array.isArray(annotations) ? annotations : {};
  return {
    name,
    category: categoryOverride ?? category,
    risk: categoryOverride ? riskOf(categoryOverride) : risk,
    annotations: hints,
    state,
    hash,
    paramHeaders: param.ok ? param.headers : [],
  };
}

export async function loadPolicy(db: Database, organizationId: string, id: string): Promise<PolicyEntry | null> {
  return db.forOrganization(organizationId, async (tx) => {
    const where = { organizationId_id: { organizationId, id } };
    const policy = await tx.policy.findUnique({ where, include: { schedule: { include: { version: true } } } });
    if (!policy) return null;
    const { currentVersion: number, schedule } = policy;
    const version = await tx.policyVersion.findUnique({
      where: { organizationId_policyId_number: { organizationId, policyId: id, number } },
    });
    return {
      id,
      name: policy.slug,
      version: number,
      compiled: version ? compile(version.source) : unreadablePolicy,
      shadow: schedule && { version: schedule.shadowVersion, compiled: compile(schedule.version.source) },
    };
  });
}

/** A document that was readable when it was saved may not be for this release: then nothing passes (default deny). */
function compile(source: string): CompiledPolicy {
  const read = readPolicy(source);
  return read.ok ? compilePolicy(read.document) : unreadablePolicy;
}
