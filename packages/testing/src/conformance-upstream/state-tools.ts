import { randomBytes } from 'node:crypto';
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  createRequestStateCodec,
  type InputRequests,
  inputRequired,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { type Answer, answerText, type ConformanceTools } from './conformance-tool.ts';
import { askConfirmation, askModel, askRoots, askText, readModel, readRoots, readText } from './questions.ts';

/** What a tool keeps from round to round, with the client. */
interface State {
  tool: string;
  step: number;
  name?: string;
}

/** Seals the state: nothing else is kept between the rounds, and what was changed on the way is refused before a tool sees it. */
export const requestState = createRequestStateCodec<State>({ key: randomBytes(32) });

const askWith = async (state: State, inputRequests: InputRequests): Promise<Answer> =>
  inputRequired({ inputRequests, requestState: await requestState.mint(state) });

const stepOf = ({ mcpReq }: ServerContext, tool: string): State | null => {
  const state = mcpReq.requestState<State>();
  return state?.tool === tool ? state : null;
};

const capabilitiesOf = ({ mcpReq }: ServerContext): ClientCapabilities =>
  (mcpReq.envelope as Record<string, ClientCapabilities> | undefined)?.[CLIENT_CAPABILITIES_META_KEY] ?? {};

const confirming = (tool: string, description: string, conclusion: string): ConformanceTools => ({
  [tool]: {
    description,
    run: (_args, context) =>
      stepOf(context, tool) && acceptedContent(context.mcpReq.inputResponses, 'confirm')
        ? answerText(conclusion)
        : askWith({ tool, step: 1 }, { confirm: askConfirmation() }),
  },
});

const THREE = 'test_input_required_result_multiple_inputs';
const ROUNDS = 'test_input_required_result_multi_round';

/** Tools that ask in several rounds, several things at once, or only what the client said it can answer. */
export const stateTools: ConformanceTools = {
  ...confirming('test_input_required_result_request_state', 'Asks for a confirmation and keeps a state.', 'state-ok'),
  ...confirming('test_input_required_result_tampered_state', 'Refuses a state that is not its own.', 'The state is untouched.'),
  [THREE]: {
    description: 'Asks the person, the model and for the roots at once.',
    run: (_args, context) => {
      const name = readText(context, 'user_name', 'name');
      const greeting = readModel(context, 'greeting');
      const roots = readRoots(context, 'client_roots');
      if (name !== null && greeting !== null && roots !== null) return answerText(`${greeting} ${name}, of ${roots.length} roots.`);
      const questions = { user_name: askText('What is your name?', 'name'), greeting: askModel('Generate a greeting', 50) };
      return askWith({ tool: THREE, step: 1 }, { ...questions, client_roots: askRoots() });
    },
  },
  [ROUNDS]: {
    description: 'Asks twice, one after the other.',
    run: (_args, context) => {
      const state = stepOf(context, ROUNDS);
      const name = readText(context, 'step1', 'name');
      const color = readText(context, 'step2', 'color');
      if (state?.step === 2 && color !== null) return answerText(`${state.name} likes ${color}.`);
      if (state?.step === 1 && name !== null) {
        return askWith({ tool: ROUNDS, step: 2, name }, { step2: askText('Step 2: What is your favorite color?', 'color') });
      }
      return askWith({ tool: ROUNDS, step: 1 }, { step1: askText('Step 1: What is your name?', 'name') });
    },
  },
  test_input_required_result_capabilities: {
    description: 'Asks only what the client can answer.',
    run: (_args, context) => {
      if (context.mcpReq.inputResponses) return answerText('Answered.');
      const can = capabilitiesOf(context);
      const questions: InputRequests = {
        ...(can.elicitation ? { user_name: askText('What is your name?', 'name') } : {}),
        ...(can.sampling ? { greeting: askModel('Generate a greeting', 50) } : {}),
        ...(can.roots ? { client_roots: askRoots() } : {}),
      };
      return Object.keys(questions).length > 0 ? inputRequired({ inputRequests: questions }) : answerText('There is nobody to ask.');
    },
  },
};
