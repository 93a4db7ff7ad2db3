/** A session over Streamable HTTP (2025-03-26 to 2025-11-25). */
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { SESSION_VERSIONS } from '@toolgate/mcp/versions';
import { type Answer, ask } from './ask.ts';
import { OWN_HEADERS, OWN_NAME } from './own-headers.ts';
import type { OpenFailure, OwnSession, Patience } from './own-session.ts';
import { send } from './send.ts';
import { SESSION_ID } from './session-id.ts';
import type { Target } from './target.ts';

const TELL_MS = 10_000;

export async function openHttpSession(patience: Patience, target: Target): Promise<OwnSession | OpenFailure> {
  const initialize = Buffer.from(JSON.stringify(OWN_INITIALIZE));
  const totalMs = Math.min(patience.callTimeoutMs, 30_000);
  const answer = await ask({
    target,
    headers: OWN_HEADERS,
    body: initialize,
    id: OWN_INITIALIZE.id,
    totalMs,
    maxBytes: patience.maxResponseBytes,
  });
  const opened = readOpening(answer);
  if ('fault' in opened) return opened;
  const session = sessionOver(target, opened);
  await ask({ target, headers: headersOf(opened), body: INITIALIZED, id: null, totalMs, maxBytes: 0 });
  return session;
}

/** What Toolgate says of itself: it can do nothing that a server could ask a client for. */
export const OWN_INITIALIZE = {
  jsonrpc: '2.0',
  id: 'toolgate-initialize',
  method: 'initialize',
  params: { protocolVersion: SESSION_VERSIONS[0], capabilities: {}, clientInfo: OWN_NAME },
} as const;
export const INITIALIZED = Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}');

interface Opening {
  initialized: JsonObject;
  protocolVersion: string;
  /** Null: the server keeps no sessions. */
  id: string | null;
}

function readOpening(answer: Answer): Opening | OpenFailure {
  const { fault, detail, status, headers, response } = answer;
  if (fault) return { fault, detail: detail ?? 'initialize', answer };
  const seen = { detail: `initialize: HTTP ${status}`, ...(status === null ? {} : { status }), answer };
  if (status === 401 || status === 403 || status === 407) return { fault: 'upstream_refused_credential', ...seen };
  const initialized = isObject(response?.result) ? response.result : null;
  const id = headers['mcp-session-id'] ?? null;
  if (typeof initialized?.protocolVersion !== 'string' || (id !== null && (typeof id !== 'string' || !SESSION_ID.test(id))))
    return { fault: 'upstream_bad_answer', ...seen };
  return { initialized, protocolVersion: initialized.protocolVersion.slice(0, 32), id };
}

function headersOf({ protocolVersion, id }: Opening): Record<string, string> {
  return { ...OWN_HEADERS, 'mcp-protocol-version': protocolVersion, ...(id === null ? {} : { 'mcp-session-id': id }) };
}

function sessionOver(target: Target, opening: Opening): OwnSession {
  const headers = headersOf(opening);
  let last = 0;
  let open = true;
  const session: OwnSession = {
    initialized: opening.initialized,
    usedAt: performance.now(),
    running: 0,
    nextId: () => ++last,
    isOpen: () => open,
    async send({ bytes, totalMs, onStart }, sink) {
      session.running++;
      const request = { target, method: 'POST' as const, headers: { ...headers, ...target.headers }, body: bytes, totalMs, idleMs: null };
      const end = await send({ ...request, ...(onStart ? { onStart } : {}) }, sink);
      session.running--;
      session.usedAt = performance.now();
      return end;
    },
    tell(message) {
      void ask({ target, headers, body: Buffer.from(JSON.stringify(message)), id: null, totalMs: TELL_MS, maxBytes: 0 });
    },
    async close() {
      open = false;
      if (opening.id === null) return;
      const request = { target, method: 'DELETE' as const, headers: { ...headers, ...target.headers }, body: null };
      await send({ ...request, totalMs: TELL_MS, idleMs: null }, { head: (_, __, flow) => flow.stop(null), data: () => {} });
    },
  };
  return session;
}
