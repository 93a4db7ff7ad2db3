/** A gateway for the tests of one file, before an upstream that behaves as each of them says. */
import type { ServerResponse } from 'node:http';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { RunningGateway } from '../wiring.ts';
import { createFixture, type Fixture, initialize, post, type Tenant } from './fixture.ts';
import { answerEra, stateless } from './stateless-stub.ts';

/** False: it does not concern this behaviour, so the recorder itself answers, which keeps sessions. */
export type Behaviour = (request: RecordedRequest, response: ServerResponse) => unknown;

export interface ScriptedGateway {
  readonly fixture: Fixture;
  readonly gateway: RunningGateway;
  /** Until the end of the test. Null: the recorder itself answers. */
  behave: Behaviour | null;
  at(tenant: Pick<Tenant, 'path'>): string;
  /** How many requests the upstream has seen. */
  seen(): number;
  /** Opens a session. @returns the header that names it. */
  open(tenant: Tenant, token?: string): Promise<{ 'mcp-session-id': string }>;
  /** A request of 2026-07-28. @param changed headers that are other than they should be; null: absent. */
  ask(tenant: Tenant, method: string, params?: Record<string, unknown>, changed?: Record<string, string | null>): Promise<Response>;
}

export interface Script {
  /** How the upstream behaves where a test does not say it. */
  otherwise?: Behaviour;
  /** `stateless`: it says to whoever asks that it speaks 2026-07-28 only. */
  era?: 'stateless';
}

/** Longer than any answer takes: what comes is what was sent, and nothing between. Tests of silence set their own. */
const KEEPALIVE_MS = 60_000;

export const LIST = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
export const bearer = ({ token }: Pick<Tenant, 'token'>) => ({ authorization: `Bearer ${token}` });

/** Starts it before the tests of the file, and stops it after them. */
export function scriptedGateway({ otherwise, era }: Script = {}): ScriptedGateway {
  let fixture: Fixture;
  let gateway: RunningGateway;
  const reset = () => {
    scripted.behave = otherwise ?? null;
    fixture.settings.keepaliveMs = KEEPALIVE_MS;
  };
  const scripted: ScriptedGateway = {
    get fixture() {
      return fixture;
    },
    get gateway() {
      return gateway;
    },
    behave: null,
    at: ({ path }) => gateway.url + path,
    seen: () => fixture.upstream.requests.length,
    async open(tenant, token = tenant.token) {
      const opened = await post(scripted.at(tenant), token, initialize);
      return { 'mcp-session-id': opened.headers.get('mcp-session-id') as string };
    },
    ask(tenant, method, params = {}, changed = {}) {
      const { body, headers } = stateless(method, params);
      const sent = Object.entries({ ...headers, ...changed }).filter(([, value]) => value !== null) as [string, string][];
      return post(scripted.at(tenant), tenant.token, body, Object.fromEntries(sent));
    },
  };
  const intercept = (request: RecordedRequest, response: ServerResponse) =>
    (era === 'stateless' && answerEra(request, response)) || (scripted.behave !== null && scripted.behave(request, response) !== false);

  beforeAll(async () => {
    fixture = await createFixture('embedded', { intercept });
    reset();
    gateway = await fixture.start();
  });
  afterEach(reset);
  afterAll(() => fixture.stop());
  return scripted;
}
