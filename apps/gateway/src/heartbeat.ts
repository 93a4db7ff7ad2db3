/** This process's row among the running gateways: intents of one that is no longer seen become `unknown`. */
import type { Database } from '@toolgate/db/database';

export interface Heartbeat {
  beat(): Promise<void>;
  /** After a clean end, in which every call was settled. */
  leave(): Promise<void>;
}

export function createHeartbeat(db: Database, id: string, ledger: string): Heartbeat {
  return {
    async beat() {
      const seenAt = new Date();
      await db.prisma.gatewayProcess.upsert({ where: { id }, create: { id, ledger, startedAt: seenAt, seenAt }, update: { seenAt } });
    },
    async leave() {
      await db.prisma.gatewayProcess.deleteMany({ where: { id } });
    },
  };
}
