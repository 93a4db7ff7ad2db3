/** What every business verb gets: its dependencies, and who asks. */
import type { Role } from '@toolgate/db/client';
import type { Database } from '@toolgate/db/database';
import type { Producers } from '@toolgate/jobs/producers';
import type { EpochPublisher } from '@toolgate/ledger/ledger';
import type { KeyRing } from './secret/key-ring.ts';

/** Built once per process and passed down. */
export interface Services {
  db: Database;
  epochs: EpochPublisher;
  jobs: Producers;
  keyRing: KeyRing;
  now(): Date;
}

/** Somebody who acts within one organization. `operator`: the command line on the machine itself, which may do what an owner may. */
export type Actor =
  | { kind: 'member'; organizationId: string; userId: string; name: string; role: Role }
  | { kind: 'operator'; organizationId: string; name: string };
