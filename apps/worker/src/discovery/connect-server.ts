/** Connects to an MCP server in the newest revision that it speaks: 2026-07-28, one with sessions, or HTTP+SSE of 2024-11-05. */
import { type Answer, ask, collector } from '@toolgate/egress/upstream/ask';
import { createCircuit } from '@toolgate/egress/upstream/circuit';
import { discover, ownEnvelope, speaksStateless } from '@toolgate/egress/upstream/discover';
import { OWN_HEADERS } from '@toolgate/egress/upstream/own-headers';
import { isFailure, type OwnSession, openOwnSession } from '@toolgate/egress/upstream/own-session';
import type { Target } from '@toolgate/egress/upstream/target';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { mirroredHeadersOf } from '@toolgate/mcp/mirrored-headers';
import { META_SERVER } from '@toolgate/mcp/results';
import { STATELESS_VERSION } from '@toolgate/mcp/versions';
import type { Dispatcher } from 'undici';
import { problemOfAnswer, problemOfSession, UnknownRevision } from './asking-problem.ts';

export interface ConnectedServer {
  protocolVersion: string;
  /** As `initialize` or `server/discover` told it. */
  described: { serverInfo: JsonObject; capabilities: JsonObject; instructions: unknown };
  /** The result. Rejects with what discoveryFailure can put into words. */
  request(method: string, params: JsonObject): Promise<JsonObject>;
  close(): Promise<void>;
}

export interface ServerPlace {
  url: string;
  headers: Record<string, string>;
  dispatcher: Dispatcher;
}

/** Some servers of older revisions leave unanswered what they do not know. */
const PROBE_MS = 5000;

/** @param leftMs what is left of the time for the whole discovery. */
export async function connectServer(place: ServerPlace, leftMs: () => number, maxBytes: number): Promise<ConnectedServer> {
  const target = targetOf(place);
  const probe = await discover(target, Math.min(PROBE_MS, leftMs() / 2), maxBytes);
  if (speaksStateless(probe.response)) return overRequests(target, probe, leftMs, maxBytes);
  const patience = { callTimeoutMs: leftMs(), streamIdleMs: leftMs(), maxResponseBytes: maxBytes };
  const session = await openOwnSession(patience, target);
  if (!isFailure(session)) return overSession(session, leftMs, maxBytes);
  throw versionsOf(probe) ? new UnknownRevision() : problemOfSession(session);
}

function targetOf({ url, headers, dispatcher }: ServerPlace): Target {
  const { origin, pathname, search } = new URL(url);
  const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return { dispatcher, origin, path: pathname + search, headers: own, state: { circuit: createCircuit() } };
}

/** Of a server that answers as those of 2026-07-28 and later do, but not in that revision. */
function versionsOf({ response }: Answer): unknown[] | null {
  const data = isObject(response?.error) && isObject(response.error.data) ? response.error.data.supported : undefined;
  const said = isObject(response?.result) ? response.result.supportedVersions : data;
  return Array.isArray(said) ? said : null;
}

function overRequests(target: Target, { response }: Answer, leftMs: () => number, maxBytes: number): ConnectedServer {
  const result = objectOf(response?.result);
  const { [META_SERVER]: serverInfo } = objectOf(result._meta);
  return {
    protocolVersion: STATELESS_VERSION,
    described: { serverInfo: objectOf(serverInfo), capabilities: objectOf(result.capabilities), instructions: result.instructions },
    async request(method, params) {
      const id = 'toolgate-discovery';
      const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params: { ...params, _meta: ownEnvelope() } }));
      const headers = { ...OWN_HEADERS, ...mirroredHeadersOf(STATELESS_VERSION, method, null) };
      return resultOf(method, await ask({ target, headers, body, id, totalMs: leftMs(), maxBytes }));
    },
    close: async () => {},
  };
}

function overSession(session: OwnSession, leftMs: () => number, maxBytes: number): ConnectedServer {
  const { protocolVersion, capabilities, serverInfo, instructions } = session.initialized;
  return {
    protocolVersion: String(protocolVersion).slice(0, 64),
    described: { serverInfo: objectOf(serverInfo), capabilities: objectOf(capabilities), instructions },
    async request(method, params) {
      const id = session.nextId();
      const { sink, answer } = collector(id, maxBytes);
      const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
      return resultOf(method, answer(await session.send({ id, bytes, totalMs: leftMs() }, sink)));
    },
    close: session.close,
  };
}

function resultOf(method: string, answer: Answer): JsonObject {
  if (isObject(answer.response?.result)) return answer.response.result;
  throw problemOfAnswer(method, answer);
}

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});
