/** GET at an address that joins servers: what each of them says unasked, on one stream (2025-11-25, "Listening for Messages from the Server"). */
import { isObject } from '@toolgate/mcp/is-object';
import { type SseEvent, serializeSse } from '@toolgate/mcp/sse';
import type { Gateway } from '../gateway.ts';
import type { Admitted } from '../stages/call.ts';
import type { Forwarded } from '../stages/forward.ts';
import { onwardToClient } from '../upstream/answer-filter.ts';
import { answerServer } from '../upstream/answer-server.ts';
import { ending } from '../upstream/ending.ts';
import { isPlainCall } from '../upstream/envelope.ts';
import type { Target } from '../upstream/upstreams.ts';
import { sessionHeaders } from './ask-place.ts';
import { followStream } from './follow-stream.ts';
import { joinServerMessage } from './join-answer.ts';
import { admittedAt, type JoinedCall } from './joined-call.ts';
import { type JoinedStream, openJoinedStream } from './joined-stream.ts';
import { readPosition, writePosition } from './position.ts';

/** A server that asks and asks is answered so many times on one stream. */
const MAX_REFUSALS = 100;

export async function streamAll(gateway: Gateway, call: JoinedCall): Promise<Forwarded> {
  const events = new Map(readPosition(call.exchange.request.headers['last-event-id'])?.events);
  const stream = await openJoinedStream(gateway, call, () => TOOLS_CHANGED);
  const sessionId = call.session?.joined?.id ?? '';
  const forget = gateway.joinedSessions.addStream(sessionId, stream.end);
  const silent: string[] = [];
  for (const place of call.places) {
    const at = admittedAt(call, place);
    const target = place.server.paused || !at.session?.upstream ? null : await gateway.upstreams.target(at.organization.id, at.server);
    if (target === null || typeof target === 'string') silent.push(place.server.slug);
    else stream.follow(followPlace(gateway, at, target, stream, events));
  }
  if (silent.length > 0) stream.write(`: nothing is told of ${silent.join(', ')}\n\n`);
  await stream.over;
  forget();
  return { end: ending('ok'), sent: true };
}

const TOOLS_CHANGED = 'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n';

function followPlace(gateway: Gateway, at: Admitted, target: Target, stream: JoinedStream, events: Map<string, string>) {
  const { slug } = at.server;
  const { maxResponseBytes, streamIdleMs } = gateway.settings;
  let refusals = 0;
  return followStream({
    maxLength: maxResponseBytes,
    request() {
      const last = events.get(slug);
      const headers = {
        accept: 'text/event-stream',
        'accept-encoding': 'identity',
        'user-agent': 'toolgate',
        ...sessionHeaders(at.session),
        ...(last === undefined ? {} : { 'last-event-id': last }),
        ...target.headers,
      };
      return { target, method: 'GET', headers, body: null, totalMs: null, idleMs: streamIdleMs };
    },
    onEvent(event) {
      if (event.id !== null) events.set(slug, event.id);
      const message: unknown = event.data ? JSON.parse(event.data) : null;
      // Answers to requests come on the requests' own streams.
      if (!isObject(message) || message.method === undefined || !isPlainCall(event.data ?? '')) return;
      const onward = onwardToClient(at, message);
      if (onward === 'refused' && refusals++ < MAX_REFUSALS) answerServer(gateway, at, message);
      if (onward === 'passed') stream.write(written(slug, event, message, events));
    },
  });
}

function written(slug: string, event: SseEvent, message: Record<string, unknown>, events: Map<string, string>): string {
  const text = joinServerMessage(slug, message, event.data ?? '');
  const id = event.id === null ? null : writePosition({ stream: 'all', events });
  return text === null ? '' : serializeSse({ event: event.event, id, retry: null }, text);
}
