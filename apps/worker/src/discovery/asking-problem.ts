/** What went wrong while a server was asked, as errors that discoveryFailure puts into words. Nothing that the server said is in them. */
import type { Answer } from '@toolgate/egress/upstream/ask';
import type { OpenFailure } from '@toolgate/egress/upstream/own-session';
import { isObject } from '@toolgate/mcp/is-object';
import { UnexpectedAnswer, Unusable } from './discovery-failure.ts';

/** It speaks MCP, but nothing that Toolgate speaks. */
export class UnknownRevision extends Unusable {
  constructor() {
    super(
      'protocol',
      'The server speaks no revision of MCP that Toolgate speaks.',
      'Use a release of the server that speaks 2026-07-28 or an older revision.',
    );
  }
}

/** @param answer one without a result. */
export function problemOfAnswer(method: string, { fault, detail, error, status, headers, response }: Answer): unknown {
  if (error !== undefined) return error;
  if (fault === 'upstream_timeout') return new DOMException('no answer in time', 'TimeoutError');
  const type = String(headers['content-type'] ?? '');
  const isCredential = status === 401 || status === 403;
  if (!isCredential && isObject(response?.error)) return refused(method, response.error.code);
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return COMPRESSED;
  if (status !== null && (status >= 300 || !MCP_TYPES.test(type))) return new UnexpectedAnswer(status, type);
  return fault ? new Unusable('protocol', `The answer to ${method} cannot be read: ${detail ?? fault}.`) : new SyntaxError('no response');
}

const MCP_TYPES = /^(application\/json|text\/event-stream)\b/i;

export function problemOfSession({ answer, error, fault, detail, isSse }: OpenFailure): unknown {
  if (error !== undefined) return error;
  if (!isSse && answer) return problemOfAnswer('initialize', answer);
  const what = 'The server offers the HTTP+SSE transport of 2024-11-05';
  if (fault === 'upstream_timeout') return new Unusable('timeout', `${what}, but nothing comes on its stream.`, UNBUFFERED);
  return new Unusable('protocol', `${what}, but breaks its rules: ${detail}.`);
}

const UNBUFFERED = 'Check that no proxy in front of the server buffers its stream, then try again.';
const COMPRESSED = new Unusable(
  'protocol',
  'The server compresses its answers, although that was not asked for.',
  'Turn compression off for the path of the MCP endpoint.',
);

function refused(method: string, code: unknown): Unusable {
  const number = Number.isSafeInteger(code) ? ` (${code})` : '';
  return new Unusable('protocol', `The server answers ${method} with an error${number}.`);
}
