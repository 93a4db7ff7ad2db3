import { withoutServerCapabilities } from '@toolgate/mcp/capabilities';
import { isObject, type JsonObject } from '@toolgate/mcp/is-object';
import { asStatelessResult, META_SERVER } from '@toolgate/mcp/results';
import { STATELESS_VERSIONS } from '@toolgate/mcp/versions';
import { answerJson } from '../../http/exchange.ts';
import { corsHeaders } from '../../http/origin.ts';
import type { Admitted } from '../../stages/call.ts';
import type { Forwarded } from '../../stages/forward.ts';
import { allowsMethod } from '../answer-filter.ts';
import { ending } from '../ending.ts';
import { requestId } from '../fail-call.ts';
import { bridgedCapabilities } from './bridged-capabilities.ts';

/** What a session-based server is, to a client of 2026-07-28: what it said when the session was opened, without what cannot be bridged. */
export function answerDiscovery(call: Admitted, { capabilities, instructions, serverInfo }: JsonObject): Forwarded {
  const result = {
    supportedVersions: [...STATELESS_VERSIONS],
    capabilities: bridgedCapabilities(capabilities),
    ...(typeof instructions === 'string' ? { instructions } : {}),
    ...(isObject(serverInfo) ? { _meta: { [META_SERVER]: serverInfo } } : {}),
  };
  const filtered = withoutServerCapabilities(asStatelessResult('server/discover', result), allowsMethod(call));
  const body = JSON.stringify({ jsonrpc: '2.0', id: requestId(call), result: filtered });
  answerJson(call.exchange, 200, body, corsHeaders(call.exchange.request));
  return { end: ending('ok'), sent: false };
}
