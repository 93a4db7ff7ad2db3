/** What a gateway process is made of: built once in wiring.ts and passed down to every stage. */
import type { Database } from '@toolgate/db/database';
import type { Ledger } from '@toolgate/ledger/ledger';
import type { JoinedSessions } from './aggregate/joined-sessions.ts';
import type { ApprovalNews } from './approvals/approval-news.ts';
import type { RequestStates } from './approvals/request-state.ts';
import type { UnauthenticatedCap } from './audit/unauthenticated-cap.ts';
import type { Directory } from './directory/directory.ts';
import type { Settings } from './env.ts';
import type { GrantUsage } from './grant-usage.ts';
import type { OpenStreams } from './sessions/open-streams.ts';
import type { SessionTokens } from './sessions/session-token.ts';
import type { BridgedCalls } from './upstream/bridging/cancellation.ts';
import type { Upstreams } from './upstream/upstreams.ts';

export interface Gateway {
  /** The id of this process's GatewayProcess row. */
  id: string;
  settings: Settings;
  db: Database;
  ledger: Ledger;
  directory: Directory;
  sessions: SessionTokens;
  joinedSessions: JoinedSessions;
  streams: OpenStreams;
  upstreams: Upstreams;
  bridgedCalls: BridgedCalls;
  usage: GrantUsage;
  unauthenticated: UnauthenticatedCap;
  approvals: ApprovalNews;
  requestStates: RequestStates;
  /** True from SIGTERM on. */
  stopping: boolean;
  /** Of faults that nobody else is told of. Never holds a secret. */
  log(event: string, detail: Record<string, unknown>): void;
}
