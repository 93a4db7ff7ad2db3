/** The stream to a client that joins what several servers say. */
import type { Gateway } from '../gateway.ts';
import { corsHeaders } from '../http/origin.ts';
import { viewOf } from '../sessions/open-streams.ts';
import type { Followed } from './follow-stream.ts';
import type { JoinedCall } from './joined-call.ts';

export interface JoinedStream {
  write(text: string): void;
  /** A client that reads slowly slows the servers. */
  follow(source: Followed): void;
  isOpen(): boolean;
  end(): void;
  /** Resolves when it has ended, from whichever side. */
  over: Promise<void>;
}

/**
 * Opens it. It ends when the grant is revoked or paused, or another server or policy is what it should be joined from: the client then
 * begins it anew. @param last what is said then: that the lists have changed.
 */
export async function openJoinedStream(gateway: Gateway, call: JoinedCall, last: () => string): Promise<JoinedStream> {
  const { response } = call.exchange;
  const { keepaliveMs, streamIdleMs } = gateway.settings;
  const view = await viewOf(gateway.directory, call.organization, call.grant);
  const sources: Followed[] = [];
  let resolveOver = () => {};
  const over = new Promise<void>((resolve) => {
    resolveOver = resolve;
  });
  let wroteAt = performance.now();
  const isOpen = () => !response.destroyed && !response.writableEnded;
  const write = (text: string) => {
    if (text === '' || !isOpen()) return;
    wroteAt = performance.now();
    if (response.write(text) || response.listenerCount('drain') > 0) return;
    for (const source of sources) source.pause();
    response.once('drain', () => {
      for (const source of sources) source.resume();
    });
  };
  const end = () => {
    if (isOpen()) response.end(last());
  };
  const idle = setTimeout(end, streamIdleMs);
  const keepalive = setInterval(() => {
    if (performance.now() - wroteAt >= keepaliveMs * 0.9 && !response.writableNeedDrain) write(': keepalive\n\n');
  }, keepaliveMs);
  const { organization, tokenHash } = call;
  const forget = gateway.streams.add({ organization, tokenHash, serverId: '', policyVersion: '', view, listening: true, end });
  const close = () => {
    clearInterval(keepalive);
    clearTimeout(idle);
    forget();
    for (const source of sources) source.stop();
    resolveOver();
  };
  response.once('close', close);
  // A client that went away while the view was read is not heard of again.
  if (response.destroyed) close();
  begin(call);
  return {
    write(text) {
      idle.refresh();
      write(text);
    },
    follow(source) {
      sources.push(source);
      if (!isOpen()) source.stop();
    },
    isOpen,
    end,
    over,
  };
}

function begin({ exchange: { request, response } }: JoinedCall): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
    ...corsHeaders(request),
  });
  response.flushHeaders();
}
