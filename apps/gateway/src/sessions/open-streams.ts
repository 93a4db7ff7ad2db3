/** Answers that are still being streamed. They end soon after what lets them pass is revoked, paused or expired. */
import { setImmediate } from 'node:timers/promises';
import type { Ledger } from '@toolgate/ledger/ledger';
import type { Directory } from '../directory/directory.ts';
import type { GrantEntry, OrganizationEntry, PolicyEntry } from '../directory/entries.ts';

export interface OpenStream {
  organization: OrganizationEntry;
  tokenHash: Buffer;
  serverId: string;
  /** The policy version that what it carries is filtered by. */
  policyVersion: string;
  /** Of one that joins what several servers say, in place of those two: what it is joined from. */
  view?: string;
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

const AT_ONCE = 500;

export function createOpenStreams(ledger: Pick<Ledger, 'checkEpoch'>, directory: Directory): OpenStreams {
  const streams = new Set<OpenStream>();

  async function checkOne(entry: OrganizationEntry, open: OpenStream[]): Promise<void> {
    const { kind } = await ledger.checkEpoch(entry.id, entry.epoch);
    // What cannot be asked is asked again at the next look; new calls are refused meanwhile.
    if (kind === 'unavailable') return;
    const current = kind === 'stale' ? await directory.renew(entry) : entry;
    for (const [index, stream] of open.entries()) {
      // Thousands of streams are looked at without holding up the calls.
      if (index % AT_ONCE === AT_ONCE - 1) await setImmediate();
      if (current && (await mayGoOn(current, stream))) stream.organization = current;
      else stream.end();
    }
  }

  async function mayGoOn(current: OrganizationEntry, stream: OpenStream): Promise<boolean> {
    const grant = current.paused ? null : await directory.grant(current, stream.tokenHash);
    if (stream.view !== undefined)
      return grant !== null && !grant.paused && isValid(grant) && (await viewOf(directory, current, grant)) === stream.view;
    const reached = grant && !grant.paused ? reachable(grant, stream.serverId) : null;
    if (!reached || (await isOutdated(current, reached.policyId, stream))) return false;
    return (await directory.server(current, stream.serverId))?.paused === false;
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
  return isValid(grant) ? (grant.servers.find((server) => server.serverId === serverId) ?? null) : null;
}

function isValid({ revoked, expiresAt }: GrantEntry): boolean {
  return !revoked && (expiresAt === null || expiresAt > Date.now());
}

/** Which servers a grant reaches, under which policies, and which of them are paused. */
export async function viewOf(directory: Directory, organization: OrganizationEntry, { servers }: GrantEntry): Promise<string> {
  const seen = await Promise.all(
    servers.map(async ({ serverId, policyId }) => [
      serverId,
      (await directory.server(organization, serverId))?.paused ?? null,
      policyVersionOf(await directory.policy(organization, policyId)),
    ]),
  );
  return JSON.stringify(seen.sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)));
}

export function policyVersionOf(policy: PolicyEntry | null): string {
  return policy ? `${policy.id} ${policy.version}` : '';
}
