import type { Answer, Question } from './simulate.ts';
import type { FromWorker, ToWorker } from './simulator.worker.ts';

export type Outcome = { kind: 'answer'; answer: Answer } | { kind: 'slow' } | { kind: 'fault'; message: string };

/** How long an answer may take before the thread is ended; loading the engine does not count. */
const LONGEST_MS = 2_000;

/** The engine in a worker. Only the newest question is answered: an older one is of no interest any more. */
export class Simulator {
  private worker: Worker | null = null;
  private ready = false;
  private waiting: { message: ToWorker; tell(outcome: Outcome): void; timer: ReturnType<typeof setTimeout> | null } | null = null;
  private asked = 0;

  ask(question: Question, tell: (outcome: Outcome) => void): void {
    this.forget();
    this.asked += 1;
    this.waiting = { message: { id: this.asked, question }, tell, timer: null };
    this.worker ??= this.start();
    if (this.ready) this.send();
  }

  stop(): void {
    this.forget();
    this.worker?.terminate();
    this.worker = null;
    this.ready = false;
  }

  private start(): Worker {
    const worker = new Worker(new URL('./simulator.worker.ts', import.meta.url), { type: 'module', name: 'simulator' });
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if ('ready' in data) {
        this.ready = true;
        this.send();
      } else if (data.id === this.waiting?.message.id) {
        this.settle('answer' in data ? { kind: 'answer', answer: data.answer } : { kind: 'fault', message: data.fault });
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.settle({ kind: 'fault', message: event.message || 'The engine could not be loaded.' });
      this.stop();
    };
    return worker;
  }

  private send(): void {
    const { waiting } = this;
    if (!waiting) return;
    this.worker?.postMessage(waiting.message);
    waiting.timer = setTimeout(() => {
      this.settle({ kind: 'slow' });
      this.stop();
    }, LONGEST_MS);
  }

  private settle(outcome: Outcome): void {
    const { waiting } = this;
    this.forget();
    waiting?.tell(outcome);
  }

  private forget(): void {
    if (this.waiting?.timer) clearTimeout(this.waiting.timer);
    this.waiting = null;
  }
}
