/** `server/discover`: how it is learned whether a server answers requests of 2026-07-28. */
import { META_CAPABILITIES, META_CLIENT, META_VERSION } from '@toolgate/mcp/era';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { mirroredHeadersOf } from '@toolgate/mcp/mirrored-headers';
import { STATELESS_VERSION } from '@toolgate/mcp/versions';
import { type Answer, ask } from './ask.ts';
import { OWN_HEADERS, OWN_NAME } from './own-headers.ts';
import type { Target } from './target.ts';

/** Sends `server/discover` as a stateless client. */
export function discover(target: Target, totalMs: number, maxBytes: number): Promise<Answer> {
  const body = { jsonrpc: '2.0', id: 'toolgate-discover', method: 'server/discover', params: { _meta: ownEnvelope() } };
  return ask({
    target,
    headers: { ...OWN_HEADERS, ...mirroredHeadersOf(STATELESS_VERSION, 'server/discover', null) },
    body: Buffer.from(JSON.stringify(body)),
    id: body.id,
    totalMs,
    maxBytes,
  });
}

/** What Toolgate says of itself in a stateless request of its own: it can do nothing that a server could ask for. */
export function ownEnvelope(): JsonObject {
  return { [META_VERSION]: STATELESS_VERSION, [META_CAPABILITIES]: {}, [META_CLIENT]: OWN_NAME };
}

export function speaksStateless(response: JsonObject | null): boolean {
  const result = isObject(response?.result) ? response.result : null;
  return Array.isArray(result?.supportedVersions) && result.supportedVersions.includes(STATELESS_VERSION);
}
