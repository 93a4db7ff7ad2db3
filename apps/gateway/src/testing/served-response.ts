import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';

const REQUEST_START = 'http.server.request.start';

/** The gateway's own end of the next request for a path, where the gateway runs in the test's process. To be called before the request is made. */
export function servedResponse(path: string, method?: string): Promise<ServerResponse> {
  return new Promise((resolve) => {
    const look = (message: unknown) => {
      const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
      if (request.url !== path || request.method !== (method ?? request.method)) return;
      unsubscribe(REQUEST_START, look);
      resolve(response);
    };
    subscribe(REQUEST_START, look);
  });
}
