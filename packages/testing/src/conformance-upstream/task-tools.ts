import { answerText, type ConformanceTools } from './conformance-tool.ts';

/**
 * What the suite calls when it looks for the tasks extension, which no revision requires and this server has not. They exist so that
 * the calls reach it: it answers at once, with the result of the tool and no task.
 */
export const taskTools: ConformanceTools = {
  greet: { description: 'Greets.', run: ({ name = 'world' }) => answerText(`Hello, ${name}!`) },
  slow_compute: { description: 'Computes.', run: () => answerText('42') },
  confirm_delete: { description: 'Deletes nothing.', run: () => answerText('Nothing was deleted.') },
  multi_input: { description: 'Takes what it gets.', run: () => answerText('Done.') },
  test_tool_with_task: { description: 'Does its task.', run: () => answerText('Done.') },
  failing_job: { description: 'Answers with a tool error.', run: () => ({ ...answerText('The job failed.'), isError: true }) },
  protocol_error_job: { description: 'Answers with a tool error.', run: () => ({ ...answerText('The job broke.'), isError: true }) },
};
