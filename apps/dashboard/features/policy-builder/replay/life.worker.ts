/** Replays, tests and learning on a thread of their own: the page stays free, whatever the document or the number of calls. */
import {
  compileSource,
  type PolicyTestCall,
  type PolicyTestExpectation,
  type PolicyTestRun,
  runPolicyTest,
} from '@toolgate/policy/policy-test';
import { type LearnedPolicy, learnPolicy } from '@toolgate/policy/suggest-learned';
import { readCalls } from './read-calls.ts';
import { type ReplayResult, replayCalls } from './replay-calls.ts';

export interface KeptTest {
  id: string;
  name: string;
  call: PolicyTestCall;
  expected: PolicyTestExpectation;
}

export type Work =
  | { kind: 'tests'; source: string; tests: KeptTest[] }
  | { kind: 'replay'; source: string; url: string }
  | { kind: 'learn'; url: string };

export type Done =
  | { kind: 'tests'; runs: Record<string, PolicyTestRun> }
  | { kind: 'replay'; result: ReplayResult; tookMs: number }
  | { kind: 'learn'; learned: LearnedPolicy; calls: number };

export type FromLifeWorker = { ready: true } | { read: number } | { done: Done } | { fault: string };

const say = (message: FromLifeWorker) => self.postMessage(message);

self.onmessage = ({ data }: MessageEvent<Work>) => {
  answer(data)
    .then((done) => say({ done }))
    .catch((error: unknown) => say({ fault: error instanceof Error ? error.message : String(error) }));
};
say({ ready: true });

async function answer(work: Work): Promise<Done> {
  switch (work.kind) {
    case 'tests': {
      const policy = compileSource(work.source);
      return { kind: 'tests', runs: Object.fromEntries(work.tests.map((test) => [test.id, runPolicyTest(policy, test)])) };
    }
    case 'replay': {
      const begun = performance.now();
      const calls = await readCalls(work.url, (read) => say({ read }));
      return { kind: 'replay', result: replayCalls(work.source, calls), tookMs: performance.now() - begun };
    }
    case 'learn': {
      const calls = await readCalls(work.url, (read) => say({ read }));
      return { kind: 'learn', learned: learnPolicy(calls), calls: calls.length };
    }
  }
}
