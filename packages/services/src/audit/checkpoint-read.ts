import type { ChainHead } from '@toolgate/audit/chain';
import type { Checkpoint } from '@toolgate/audit/checkpoint';
import type { Actor, Services } from '../context.ts';

const PAGE = 1000;

/** A row of "AuditCheckpoint" as it was signed. */
export function checkpointOf(row: Omit<Checkpoint, 'seq' | 'at'> & { seq: bigint; at: Date }): Checkpoint {
  const { organizationId, seq, hash, at, keyId, signature } = row;
  return { organizationId, seq: Number(seq), hash, at: at.toISOString(), keyId, signature };
}

/** Every checkpoint of the organization, oldest first, for a customer to keep elsewhere. */
export async function* readCheckpoints(s: Pick<Services, 'db'>, { organizationId }: Actor): AsyncIterable<Checkpoint> {
  for (let after = 0n; ; ) {
    const rows = await s.db.forOrganization(organizationId, (tx) =>
      tx.auditCheckpoint.findMany({ where: { organizationId, seq: { gt: after } }, orderBy: { seq: 'asc' }, take: PAGE }),
    );
    for (const row of rows) yield checkpointOf(row);
    if (rows.length < PAGE) return;
    after = rows.at(-1)?.seq ?? after;
  }
}

/** Where the organization's chain stands, and the newest signed statement of where it stood. */
export async function readChainState(s: Pick<Services, 'db'>, { organizationId }: Actor): Promise<ChainState> {
  return s.db.forOrganization(organizationId, async (tx) => {
    const chain = await tx.auditChain.findUnique({ where: { organizationId } });
    const row = await tx.auditCheckpoint.findFirst({ where: { organizationId }, orderBy: { seq: 'desc' } });
    return { head: chain && { seq: Number(chain.seq), hash: chain.hash }, checkpoint: row && checkpointOf(row) };
  });
}

export interface ChainState {
  head: ChainHead | null;
  checkpoint: Checkpoint | null;
}

export interface SigningKeys {
  /** The key that signs now; null: nothing is signed. */
  current: string | null;
  /** Every key that ever signed here, newest first. */
  keys: { id: string; publicKey: string; firstUsedAt: string }[];
}

/** The public keys of the installation: no secret, the same for every organization. */
export async function readSigningKeys(s: Pick<Services, 'db'>): Promise<SigningKeys> {
  const [installation, keys] = await Promise.all([
    s.db.prisma.auditInstallation.findUnique({ where: { id: 1 } }),
    s.db.prisma.auditSigningKey.findMany({ orderBy: { firstUsedAt: 'desc' } }),
  ]);
  return {
    current: installation?.keyId ?? null,
    keys: keys.map(({ id, publicKey, firstUsedAt }) => ({ id, publicKey, firstUsedAt: firstUsedAt.toISOString() })),
  };
}
