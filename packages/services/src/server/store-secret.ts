import type { Transaction } from '@toolgate/db/database';
import type { Actor, Services } from '../context.ts';
import { newId } from '../id.ts';
import { openSecret } from '../secret/open.ts';
import { sealSecret } from '../secret/seal.ts';
import { secretHint } from './secret-name.ts';

interface StoredServer {
  id: string;
  managed: string | null;
}

/** Seals a server's secret and keeps it in place of one with the same name (headers: of any case). False: it held this value already. */
export async function storeSecret(
  tx: Transaction,
  s: Services,
  actor: Actor,
  server: StoredServer,
  { name, value }: { name: string; value: string },
): Promise<boolean> {
  const { organizationId } = actor;
  const existing = await findSecret(tx, organizationId, server, name);
  const id = existing?.id ?? newId();
  const place = { organizationId, table: 'ServerSecret', column: 'ciphertext', row: id };
  if (existing?.name === name) {
    const held = await openSecret(tx, s.keyRing, place, existing.ciphertext, existing.keyVersion).catch(() => null);
    if (held === value) return false;
  }
  const data = {
    ...(await sealSecret(tx, s.keyRing, place, value)),
    name,
    hint: secretHint(value),
    setBy: actor.name,
    setAt: s.now(),
  };
  await tx.serverSecret.upsert({
    where: { organizationId_id: { organizationId, id } },
    create: { organizationId, id, serverId: server.id, ...data },
    update: data,
  });
  return true;
}

/** The secret of this name; header names are compared without case, environment names with it. */
export async function findSecret(tx: Transaction, organizationId: string, server: StoredServer, name: string) {
  const secrets = await tx.serverSecret.findMany({ where: { organizationId, serverId: server.id } });
  const spelling = (text: string) => (server.managed === null ? text.toLowerCase() : text);
  return secrets.find((secret) => spelling(secret.name) === spelling(name)) ?? null;
}
