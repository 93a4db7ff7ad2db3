import 'server-only';
import pg from 'pg';
import { env } from '../env';

type Listener = () => void;

// One connection per process listens for all organizations: a browser that watches costs no connection of its own.
const kept = globalThis as unknown as { toolgateNews?: News; toolgateApprovalNews?: News };

/** Calls `listener` whenever the organization has new audit events; returns what ends that. */
export function onAuditNews(organizationId: string, listener: Listener): () => void {
  kept.toolgateNews ??= new News(env().DATABASE_URL, 'toolgate_audit');
  return kept.toolgateNews.add(organizationId, listener);
}

/** The same of its requests for approval: a new one, a vote, an answer, an end. */
export function onApprovalNews(organizationId: string, listener: Listener): () => void {
  kept.toolgateApprovalNews ??= new News(env().DATABASE_URL, 'toolgate_approvals');
  return kept.toolgateApprovalNews.add(organizationId, listener);
}

const RETRY_MS = 2000;

class News {
  private readonly url: string;
  private readonly channel: string;
  private readonly listeners = new Map<string, Set<Listener>>();
  private client: pg.Client | null = null;

  /** @param channel whose payloads begin with the organization's id. */
  constructor(url: string, channel: string) {
    this.url = url;
    this.channel = channel;
  }

  add(organizationId: string, listener: Listener): () => void {
    const own = this.listeners.get(organizationId) ?? new Set();
    this.listeners.set(organizationId, own.add(listener));
    if (!this.client) void this.connect();
    return () => {
      own.delete(listener);
      if (own.size === 0) this.listeners.delete(organizationId);
    };
  }

  /** A connection that is lost is made again while somebody listens; the route's polling covers the time between. */
  private async connect(): Promise<void> {
    const client = new pg.Client({ connectionString: this.url, keepAlive: true });
    this.client = client;
    const again = () => {
      if (this.client !== client) return;
      this.client = null;
      void client.end().catch(() => {});
      if (this.listeners.size > 0) setTimeout(() => !this.client && void this.connect(), RETRY_MS).unref();
    };
    client.on('error', again);
    client.on('end', again);
    client.on('notification', ({ payload }) => {
      for (const listener of this.listeners.get((payload ?? '').split(' ', 1)[0] as string) ?? []) listener();
    });
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
    } catch {
      again();
    }
  }
}
