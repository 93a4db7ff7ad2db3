import type { Dispatcher } from 'undici';
import { TooMuch } from './discovery-failure.ts';

/** The dispatcher for one discovery: no more bytes in all than allowed. */
export function cappedDispatcher(dispatcher: Dispatcher, maxBytes: number): Dispatcher {
  let left = maxBytes;
  return dispatcher.compose(
    (dispatch) => (options, handler) =>
      dispatch(options, {
        onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
        onResponseStart: (controller, status, headers, text) => handler.onResponseStart?.(controller, status, headers, text),
        onResponseData(controller, chunk) {
          left -= chunk.length;
          if (left >= 0) handler.onResponseData?.(controller, chunk);
          else controller.abort(new TooMuch(`The server sent more than ${maxBytes >> 20} MiB.`));
        },
        onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
        onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
      }),
  );
}
