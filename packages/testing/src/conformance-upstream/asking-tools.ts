import { type InputRequests, inputRequired, type ServerContext } from '@modelcontextprotocol/server';
import { type Answer, answerText, type ConformanceTools } from './conformance-tool.ts';
import { DEFAULTS_FORM, ENUMS_FORM, USER_FORM } from './forms.ts';
import { askModel, askRoots, askText, readForm, readModel, readRoots, readText } from './questions.ts';

/** Asks until there is something to conclude with. */
function ask(inputRequests: InputRequests, conclusion: string | null): Answer {
  return conclusion === null ? inputRequired({ inputRequests }) : answerText(conclusion);
}

const elicitWith = (requestedSchema: typeof USER_FORM, message: string, context: ServerContext, words: string): Answer => {
  const form = readForm(context, 'form');
  return ask({ form: inputRequired.elicit({ message, requestedSchema }) }, form && `${words}: ${form}`);
};

/**
 * Tools that ask the client once. They only say what they ask: in the stateless era it becomes an `input_required` result, in a session
 * a request of the server's to the client.
 */
export const askingTools: ConformanceTools = {
  test_sampling: {
    description: "Asks the client's model.",
    inputSchema: { type: 'object', properties: { prompt: { type: 'string' } }, required: ['prompt'] },
    run: ({ prompt }, context) => {
      const reply = readModel(context, 'reply');
      return ask({ reply: askModel(String(prompt), 100) }, reply && `LLM response: ${reply}`);
    },
  },
  test_elicitation: {
    description: 'Asks the person for a name and an address.',
    inputSchema: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
    run: ({ message }, context) => elicitWith(USER_FORM, String(message), context, 'User response'),
  },
  test_elicitation_sep1034_defaults: {
    description: 'Asks the person with a form that has a default in every field.',
    run: (_args, context) => elicitWith(DEFAULTS_FORM, 'Please check these fields', context, 'Elicitation completed'),
  },
  test_elicitation_sep1330_enums: {
    description: 'Asks the person with a form that has every kind of choice.',
    run: (_args, context) => elicitWith(ENUMS_FORM, 'Please choose', context, 'Elicitation completed'),
  },
  test_missing_capability: {
    description: "Needs the client's model.",
    run: (_args, context) => ask({ reply: askModel('Say pong', 16) }, readModel(context, 'reply')),
  },
  test_streaming_elicitation: {
    description: 'Answers at once; whoever listens sees a result and no request.',
    run: () => answerText('No request was made of the client.'),
  },
  test_input_required_result_elicitation: {
    description: 'Asks the person for a name.',
    run: (_args, context) => {
      const name = readText(context, 'user_name', 'name');
      return ask({ user_name: askText('What is your name?', 'name') }, name && `Hello, ${name}!`);
    },
  },
  test_input_required_result_sampling: {
    description: "Asks the client's model for a capital.",
    run: (_args, context) =>
      ask({ capital_question: askModel('What is the capital of France?', 100) }, readModel(context, 'capital_question')),
  },
  test_input_required_result_list_roots: {
    description: "Asks for the client's roots.",
    run: (_args, context) => ask({ client_roots: askRoots() }, readRoots(context, 'client_roots')?.join(' ') ?? null),
  },
};
