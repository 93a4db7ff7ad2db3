import type { Flow, UpstreamEnd } from '@toolgate/egress/upstream/send';
import type { Ending } from './ending.ts';

/** What a body is done with. */
export interface AnswerBody {
  data(chunk: Buffer): void;
  /** Completes the answer to the client. */
  finish(end: UpstreamEnd): Ending;
}

export interface AnswerHead {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  flow: Flow;
}
