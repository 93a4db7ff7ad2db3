/** What the asking tools ask of the client, and what came back. */
import { acceptedContent, type InputRequest, inputRequired, type ServerContext } from '@modelcontextprotocol/server';

/** Text of one field of a form. */
export const askText = (message: string, field: string): InputRequest =>
  inputRequired.elicit({ message, requestedSchema: { type: 'object', properties: { [field]: { type: 'string' } }, required: [field] } });

export const askConfirmation = (): InputRequest =>
  inputRequired.elicit({
    message: 'Please confirm',
    requestedSchema: { type: 'object', properties: { ok: { type: 'boolean' } }, required: ['ok'] },
  });

/** A completion by the client's model. */
export const askModel = (text: string, maxTokens: number): InputRequest =>
  inputRequired.createMessage({ messages: [{ role: 'user', content: { type: 'text', text } }], maxTokens });

export const askRoots = (): InputRequest => inputRequired.listRoots();

/** Null: not answered, or not with a text. */
export function readText({ mcpReq }: ServerContext, key: string, field: string): string | null {
  const value = acceptedContent(mcpReq.inputResponses, key)?.[field];
  return typeof value === 'string' ? value : null;
}

export function readModel({ mcpReq }: ServerContext, key: string): string | null {
  const { content } = (mcpReq.inputResponses?.[key] ?? {}) as { content?: { text?: unknown } };
  return typeof content?.text === 'string' ? content.text : null;
}

export function readRoots({ mcpReq }: ServerContext, key: string): string[] | null {
  const { roots } = (mcpReq.inputResponses?.[key] ?? {}) as { roots?: { uri: string }[] };
  return Array.isArray(roots) ? roots.map(({ uri }) => uri) : null;
}

/** What was done with a form, as a sentence: `action=accept, content={…}`. */
export function readForm({ mcpReq }: ServerContext, key: string): string | null {
  const { action, content = {} } = (mcpReq.inputResponses?.[key] ?? {}) as { action?: string; content?: object };
  return action === undefined ? null : `action=${action}, content=${JSON.stringify(content)}`;
}
