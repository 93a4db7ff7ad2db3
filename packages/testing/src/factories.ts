/** Rows for tests, written directly: the least that makes a complete thing, and whatever the test says otherwise. */
import type { GrantKind, Prisma, ServerStatus, ToolCategory, ToolRisk, ToolState } from '@toolgate/db/client';
import type { Database } from '@toolgate/db/database';
import { hashToken, newToken, tokenPrefix } from '@toolgate/services/grant/token';
import { newId } from '@toolgate/services/id';
import { hashListed } from '@toolgate/services/server/pinned-tool';

/** Its epoch is 1 and published, unless said otherwise. */
export async function createOrganization(db: Database, given: { slug?: string; name?: string; epoch?: number; pausedAt?: Date } = {}) {
  const id = newId();
  const { epoch = 1, slug = `org-${id.slice(-12)}` } = given;
  return db.forOrganization(id, (tx) =>
    tx.organization.create({
      data: { id, slug, name: given.name ?? slug, epoch, publishedEpoch: epoch, pausedAt: given.pausedAt ?? null },
    }),
  );
}

export interface ServerFactory {
  slug?: string;
  /** Exactly one of `url` and `managed`. */
  url?: string;
  managed?: string;
  status?: ServerStatus;
  pausedAt?: Date;
  tools?: ToolFactory[];
}

export interface ToolFactory {
  name: string;
  title?: string;
  description?: string;
  inputSchema?: Prisma.InputJsonObject;
  outputSchema?: Prisma.InputJsonObject;
  annotations?: Prisma.InputJsonObject;
  category?: ToolCategory;
  risk?: ToolRisk;
  state?: ToolState;
}

/** A server that is ready; its tools are active, of category Write, unless said otherwise. */
export async function createServer(db: Database, organizationId: string, given: ServerFactory) {
  const id = newId();
  const slug = given.slug ?? `server-${id.slice(-12)}`;
  return db.forOrganization(organizationId, async (tx) => {
    const server = await tx.server.create({
      data: {
        organizationId,
        id,
        slug,
        name: slug,
        transport: given.managed ? 'managed' : 'http',
        url: given.url ?? null,
        managed: given.managed ?? null,
        status: given.status ?? 'ready',
        pausedAt: given.pausedAt ?? null,
      },
    });
    await tx.tool.createMany({ data: (given.tools ?? []).map((tool) => toolRow(organizationId, id, tool)) });
    return server;
  });
}

function toolRow(organizationId: string, serverId: string, given: ToolFactory): Prisma.ToolCreateManyInput {
  const { category = 'Write', risk = 'Medium', state = 'active', inputSchema = { type: 'object' }, description = '' } = given;
  const row = { organizationId, id: newId(), serverId, name: given.name, description, inputSchema, category, risk, state };
  const { title, annotations, outputSchema } = given;
  const more = { title: title ?? null, ...(annotations ? { annotations } : {}), ...(outputSchema ? { outputSchema } : {}) };
  return { ...row, ...more, evidence: [], hash: hashListed({ ...row, ...more }) ?? '' };
}

/** A policy whose version 1 is in force. A document is stored as its JSON, a string as it is. */
export async function createPolicy(db: Database, organizationId: string, given: { slug?: string; document: object | string }) {
  const id = newId();
  const slug = given.slug ?? `policy-${id.slice(-12)}`;
  const source = typeof given.document === 'string' ? given.document : JSON.stringify(given.document);
  return db.forOrganization(organizationId, async (tx) => {
    const policy = await tx.policy.create({ data: { organizationId, id, slug, name: slug, currentVersion: 1 } });
    await tx.policyVersion.create({ data: { organizationId, id: newId(), policyId: id, number: 1, source, authorName: 'test' } });
    return policy;
  });
}

export interface GrantFactory {
  label?: string;
  kind?: GrantKind;
  servers: { serverId: string; policyId: string }[];
  expiresAt?: Date;
  pausedAt?: Date;
  revokedAt?: Date;
}

/** A grant and its token, which only this answer holds. */
export async function createGrant(db: Database, organizationId: string, given: GrantFactory) {
  const id = newId();
  const token = newToken();
  const { label = `grant-${id.slice(-12)}`, kind = 'agent', expiresAt = null, pausedAt = null, revokedAt = null, servers } = given;
  const grant = await db.forOrganization(organizationId, async (tx) => {
    const credential = { tokenHash: hashToken(token), tokenPrefix: tokenPrefix(token) };
    const data = { organizationId, id, label, kind, ...credential, createdBy: 'test', expiresAt, pausedAt, revokedAt };
    const row = await tx.grant.create({ data });
    await tx.grantServer.createMany({ data: servers.map((server) => ({ organizationId, grantId: id, ...server })) });
    return row;
  });
  return { ...grant, token };
}
