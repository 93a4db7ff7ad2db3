import { type GetPromptResult, inputRequired, type McpServer, type ServerContext } from '@modelcontextprotocol/server';
import { z } from 'zod';
import { PIXEL_PNG } from './media.ts';
import { askText, readText } from './questions.ts';

type Content = GetPromptResult['messages'][number]['content'];

const say = (...contents: Content[]): GetPromptResult => ({ messages: contents.map((content) => ({ role: 'user', content })) });
const text = (value: string): Content => ({ type: 'text', text: value });

/** Prompts with and without arguments, with every content, and one that asks first. Every argument has the same completions: none. */
export function registerPrompts(server: McpServer): void {
  server.registerPrompt('test_simple_prompt', { description: 'One text.' }, () => say(text('This is a simple prompt for testing.')));
  server.registerPrompt(
    'test_prompt_with_arguments',
    { description: 'A text with two arguments.', argsSchema: z.object({ arg1: z.string(), arg2: z.string() }) },
    ({ arg1, arg2 }) => say(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)),
  );
  server.registerPrompt(
    'test_prompt_with_embedded_resource',
    { description: 'A resource and a text.', argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => {
      const resource = { uri: resourceUri, mimeType: 'text/plain', text: 'Embedded resource content for testing.' };
      return say({ type: 'resource', resource }, text('Please process the embedded resource above.'));
    },
  );
  server.registerPrompt('test_prompt_with_image', { description: 'An image and a text.' }, () =>
    say({ type: 'image', data: PIXEL_PNG, mimeType: 'image/png' }, text('Please analyze the image above.')),
  );
  server.registerPrompt('test_input_required_result_prompt', { description: 'Asks for a context first.' }, (context: ServerContext) => {
    const given = readText(context, 'user_context', 'context');
    if (given === null)
      return inputRequired({ inputRequests: { user_context: askText('What context should the prompt use?', 'context') } });
    return say(text(`Use this context: ${given}`));
  });
  server.server.setRequestHandler('completion/complete', () => ({ completion: { values: [], total: 0, hasMore: false } }));
}
