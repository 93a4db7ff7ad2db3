/** Answers that are still being streamed. They end soon after the grant behind them is revoked, expires or loses its server. */
import type { Ledger } from '@toolgate/ledger/ledger';
import type { Directory } from '../directory/directory.ts';
import type { GrantEntry, OrganizationEntry, PolicyEntry } from '../directory/entries.ts';

export interface OpenStream {
  organization: OrganizationEntry;
  tokenHash: Buffer;
  serverId: string;
  /** The policy version that what it carries is filtered by. */
  policyVersion: string;
  /** It is not the answer to a call: it ends when the gateway stops. */
  listening: boolean;
  /** Ends it towards the client. */
  end(): void;
}

export interface OpenStreams {
  /** @returns a function that forgets the stream. */
  add(stream: OpenStream): () => void;
  /** Looks at every stream once. */
  check(): Promise<void>;
  /** Of those that only listen: no call is cut off. */
  endListening(): void;
}

export function createOpenStreams(ledger: Pick<Ledger, 'checkEpoch'>, directory: Directory): OpenStreams {
  const streams = new Set<OpenStream>();

  async function checkOne(entry: OrganizationEntry, open: OpenStream[]): Promise<void> {
    const { kind } = await ledger.checkEpoch(entry.id, entry.epoch);
    // What cannot be asked is asked again at the next look; new calls are refused meanwhile.
    if (kind === 'unavailable') return;
    const current = kind === 'stale' ? await directory.renew(entry) : entry;
    for (const stream of open) {
      const grant = current && (await directory.grant(current, stream.tokenHash));
      const server = grant ? reachable(grant, stream.serverId) : null;
      if (!current || !server || (await isOutdated(current, server.policyId, stream))) stream.end();
      else stream.organization = current;
    }
  }

  /** A stream that only listens is filtered by the policy it began under: under another one the client begins it anew. */
  async function isOutdated(current: OrganizationEntry, policyId: string, { listening, policyVersion }: OpenStream): Promise<boolean> {
    return listening && policyVersionOf(await directory.policy(current, policyId)) !== policyVersion;
  }

  return {
    add(stream) {
      streams.add(stream);
      return () => streams.delete(stream);
    },
    async check() {
      const byOrganization = new Map<OrganizationEntry, OpenStream[]>();
      for (const stream of streams) {
        const open = byOrganization.get(stream.organization);
        if (open) open.push(stream);
        else byOrganization.set(stream.organization, [stream]);
      }
      await Promise.allSettled([...byOrganization].map(([entry, open]) => checkOne(entry, open)));
    },
    endListening() {
      for (const stream of streams) if (stream.listening) stream.end();
    },
  };
}

function reachable(grant: GrantEntry, serverId: string): GrantEntry['servers'][number] | null {
  const expired = grant.expiresAt !== null && grant.expiresAt <= Date.now();
  return grant.revoked || expired ? null : (grant.servers.find((server) => server.serverId === serverId) ?? null);
}

export function policyVersionOf(policy: PolicyEntry | null): string {
  return policy ? `${policy.id} ${policy.version}` : '';
}
