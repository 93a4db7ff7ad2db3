import { setTimeout as sleep } from 'node:timers/promises';
import type { ServerContext } from '@modelcontextprotocol/server';
import { answerText, type ConformanceTools } from './conformance-tool.ts';

/** Tells every open stream that asked for it that a list has changed. */
export interface ListChanges {
  toolsChanged(): void;
  promptsChanged(): void;
}

const STEP_MS = 50;

/** Tools that send notifications before they answer, or on other streams, or on none any more. */
export const notifyingTools = (changes: ListChanges): ConformanceTools => ({
  test_tool_with_logging: {
    description: 'Logs three times, then answers.',
    run: async (_args, context) => {
      await context.mcpReq.log('info', 'Tool execution started');
      await sleep(STEP_MS);
      await context.mcpReq.log('info', 'Tool processing data');
      await sleep(STEP_MS);
      await context.mcpReq.log('info', 'Tool execution completed');
      return answerText('Logged three times.');
    },
  },
  test_logging_tool: {
    description: 'Logs once, to whoever asked for logs, then answers.',
    run: async (_args, context) => {
      await context.mcpReq.log('info', 'Logged once');
      return answerText('Logged once.');
    },
  },
  test_tool_with_progress: {
    description: 'Reports progress three times, then answers.',
    run: async (_args, context) => {
      for (const progress of [0, 50, 100]) {
        await report(context, progress);
        if (progress < 100) await sleep(STEP_MS);
      }
      return answerText('Reported progress three times.');
    },
  },
  test_reconnection: {
    description: 'Ends its stream, and answers on the one that takes it up again.',
    run: async (_args, context) => {
      context.http?.closeSSE?.();
      await sleep(2 * STEP_MS);
      return answerText('Answered after the stream had ended.');
    },
  },
  test_trigger_tool_change: {
    description: 'Tells that the list of tools has changed.',
    run: () => {
      changes.toolsChanged();
      return answerText('Told that the tools have changed.');
    },
  },
  test_trigger_prompt_change: {
    description: 'Tells that the list of prompts has changed.',
    run: () => {
      changes.promptsChanged();
      return answerText('Told that the prompts have changed.');
    },
  },
});

/** Progress is only for those who gave a token for it. */
async function report({ mcpReq }: ServerContext, progress: number): Promise<void> {
  const progressToken = mcpReq._meta?.progressToken;
  if (progressToken === undefined) return;
  await mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, total: 100, message: `${progress} %` } });
}
