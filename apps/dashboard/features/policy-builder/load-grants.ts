import 'server-only';
import type { Actor } from '@toolgate/services/context';
import { listGrants } from '@toolgate/services/grant/read';
import { services } from '@/server/services';
import type { BuilderGrant } from './builder-grant.ts';

const MOST = 200;

/** The grants a call can be tried as: those that the policy governs first, newest first among equals. */
export async function loadGrants(actor: Actor, policyId: string): Promise<BuilderGrant[]> {
  const grants = await listGrants(services(), actor);
  return grants
    .map(({ id, label, kind, state, servers }) => ({
      id,
      label,
      kind,
      paused: state === 'paused',
      governed: servers.some((server) => server.policyId === policyId),
    }))
    .sort((a, b) => Number(b.governed) - Number(a.governed))
    .slice(0, MOST);
}
