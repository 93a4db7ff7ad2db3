/** The log of a fixture as its members read it: a real worker drains and chains what gateways record, and the business verbs run on it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { AuditEvent } from '@toolgate/audit/event';
import type { Role } from '@toolgate/db/client';
import { urlAsRole } from '@toolgate/db/url';
import type { Actor, Services } from '@toolgate/services/context';
import { createServices } from '@toolgate/services/create-services';
import { newId } from '@toolgate/services/id';
import { type Fixture, servicesOptions, type Tenant } from './fixture.ts';

export interface DrainedLog {
  s: Services;
  /** A new member of a tenant's organization. */
  member(tenant: Tenant, role: Role): Promise<Actor>;
  /** The chained events of an organization, oldest first. */
  events(tenant: Tenant): Promise<AuditEvent[]>;
  /** A further gateway, that can be killed. */
  startGateway(env: Record<string, string>): Promise<{ url: string; process: ChildProcess }>;
  stop(): Promise<void>;
}

const KEYS = `test:${Buffer.alloc(32, 7).toString('base64')}`;
const root = path.resolve(import.meta.dirname, '../../../..');

/** Starts the worker. @param fixture whose ledger is Redis */
export async function startDrainedLog(fixture: Fixture): Promise<DrainedLog> {
  const processes: ChildProcess[] = [];
  const start = async (main: string, env: Record<string, string>): Promise<{ process: ChildProcess; line: string }> => {
    const child = spawn(process.execPath, [path.join(root, main)], {
      env: { ...environmentOf(fixture), ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    processes.push(child);
    const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'close').then(() => ['nothing'])]);
    if (!String(line).startsWith('ready')) throw new Error(`${main} did not start: ${line}`);
    return { process: child, line: String(line) };
  };
  const owner = new URL(fixture.settings.databaseUrl);
  owner.searchParams.delete('options');
  await start('apps/worker/src/main.ts', { DATABASE_URL: urlAsRole(owner.href, 'toolgate_worker') });
  const s = createServices(servicesOptions(fixture));
  return {
    s,
    member: ({ organizationId }, role) => addMember(s, organizationId, role),
    async events({ organizationId }) {
      const rows = await fixture.db.forOrganization(organizationId, (tx) => tx.auditEvent.findMany({ orderBy: { seq: 'asc' } }));
      return rows.map((row) => ({ ...row, seq: Number(row.seq), at: row.at.toISOString() }) as AuditEvent);
    },
    async startGateway(env) {
      const { process: child, line } = await start('apps/gateway/src/main.ts', {
        GATEWAY_PORT: '0',
        GATEWAY_STORE_TIMEOUT_MS: String(fixture.settings.storeTimeoutMs),
        TOOLGATE_EGRESS_ALLOW: fixture.upstream.host,
        ...env,
      });
      return { url: /ready (\S+)/.exec(line)![1]!, process: child };
    },
    async stop() {
      for (const child of processes) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        child.kill('SIGTERM');
        await once(child, 'close');
      }
      await s.close();
    },
  };
}

async function addMember(s: Services, organizationId: string, role: Role): Promise<Actor> {
  const userId = newId();
  await s.db.prisma.user.create({ data: { id: userId, email: `${userId}@example.com`, name: role } });
  await s.db.forOrganization(organizationId, (tx) => tx.membership.create({ data: { organizationId, userId, role } }));
  return { kind: 'member', organizationId, userId, name: role, role };
}

const environmentOf = ({ settings, redis }: Fixture): Record<string, string> => ({
  PATH: process.env.PATH ?? '',
  DATABASE_URL: settings.databaseUrl,
  REDIS_URL: redis?.url ?? '',
  TOOLGATE_LEDGER: 'redis',
  TOOLGATE_KEYS: KEYS,
});
