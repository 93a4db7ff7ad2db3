import { servedResponse } from './served-response.ts';

/**
 * Resolves when the gateway knows that its answer to the next POST at `path` is over: it was sent, or its client went away.
 * What a client does is not known on the other side at once.
 */
export async function answerOver(path: string): Promise<void> {
  const response = await servedResponse(path, 'POST');
  await new Promise<void>((resolve) => void response.once('close', resolve));
}
