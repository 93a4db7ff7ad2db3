/** The engine on a thread of its own, so that no document can hold up the page. Questions and answers carry the asker's number. */
import { type Answer, type Question, simulate } from './simulate.ts';

export type FromWorker = { ready: true } | { id: number; answer: Answer } | { id: number; fault: string };
export interface ToWorker {
  id: number;
  question: Question;
}

const say = (message: FromWorker) => self.postMessage(message);

self.onmessage = ({ data: { id, question } }: MessageEvent<ToWorker>) => {
  try {
    say({ id, answer: simulate(question) });
  } catch (error) {
    say({ id, fault: error instanceof Error ? error.message : String(error) });
  }
};
say({ ready: true });
