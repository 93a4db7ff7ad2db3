/** Calls that an upstream answers when the test says so: nothing has to be quick enough, or slow enough. */
import type { ServerResponse } from 'node:http';
import type { RecordedRequest } from '@toolgate/testing/recorder-upstream';
import { complete, json } from './stateless-stub.ts';

export interface HeldCalls {
  /** Of `createFixture`: keeps every `tools/call` whose arguments say `hold`; everything else is answered as ever. */
  intercept(request: RecordedRequest, response: ServerResponse): boolean;
  /** How many are held now. */
  readonly count: number;
  /** Answers them: each with the text `released`. */
  release(): void;
}

export const HOLD = { hold: true };

export function holdCalls(): HeldCalls {
  const held = new Map<ServerResponse, unknown>();
  return {
    intercept({ message }, response) {
      if (message?.method !== 'tools/call' || message.params?.arguments?.hold !== true) return false;
      held.set(response, message.id);
      response.once('close', () => held.delete(response));
      return true;
    },
    get count() {
      return held.size;
    },
    release() {
      for (const [response, id] of held) json(response, complete(id, { content: [{ type: 'text', text: 'released' }] }));
      held.clear();
    },
  };
}
