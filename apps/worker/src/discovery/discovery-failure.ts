/** Why a server could not be asked for its tools, in words for the person who registered it. */
import { z } from 'zod';

export type FailureCode =
  | 'blocked'
  | 'dns'
  | 'refused'
  | 'tls'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'not_mcp'
  | 'timeout'
  | 'protocol';

export interface DiscoveryFailure {
  code: FailureCode;
  message: string;
  fix: string;
}

/** What the server answered over HTTP was not an answer to MCP. */
export class UnexpectedAnswer extends Error {
  readonly status: number;
  readonly contentType: string;

  constructor(status: number, contentType: string) {
    super(`HTTP ${status}`);
    this.status = status;
    this.contentType = contentType;
  }
}

/** It is known exactly what is wrong. The text holds nothing that the server said. */
export class Unusable extends Error {
  readonly code: FailureCode;
  /** In place of what is said of such failures in general. */
  readonly fix: string | undefined;

  constructor(code: FailureCode, message: string, fix?: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}

/** The server said more than is taken from it. */
export class TooMuch extends Error {}

/** @param error whatever discovery rejected with. Its own text is used only where it cannot hold what the server said or a secret. */
export function discoveryFailure(error: unknown): DiscoveryFailure {
  const causes = chain(error);
  const unexpected = causes.find((cause) => cause instanceof UnexpectedAnswer);
  if (unexpected) return answered(unexpected);
  const unusable = causes.find((cause) => cause instanceof Unusable);
  if (unusable) return { ...failure(unusable.code, unusable.message), ...(unusable.fix ? { fix: unusable.fix } : {}) };
  const tooMuch = causes.find((cause) => cause instanceof TooMuch);
  if (tooMuch) return failure('protocol', tooMuch.message);
  if (causes.some((cause) => cause instanceof z.ZodError || cause instanceof SyntaxError)) return failure('not_mcp');
  for (const cause of causes) {
    const { code, name, message } = cause as NodeJS.ErrnoException;
    if (code === 'EGRESS_BLOCKED') return failure('blocked', message);
    const known = typeof code === 'string' ? networkCode(code) : null;
    if (known) return failure(known);
    if (name === 'TimeoutError' || name === 'AbortError') return failure('timeout');
  }
  return failure('protocol');
}

const TEXTS: Record<FailureCode, { message: string; fix: string }> = {
  blocked: {
    message: 'This address may not be reached.',
    fix: 'Use a public https address. For a server on this machine or network, have the operator allow its host and port.',
  },
  dns: { message: 'The host name of the address does not exist.', fix: 'Check the spelling of the address.' },
  refused: { message: 'Nothing answers at this address.', fix: 'Check host and port, and that the server is running.' },
  tls: {
    message: 'The server has no valid TLS certificate.',
    fix: 'Give the server a certificate of a public authority, for this host name.',
  },
  unauthorized: {
    message: 'The server asks for a credential (401).',
    fix: "Add the server's API key or token as a header, such as Authorization.",
  },
  forbidden: {
    message: 'The server refuses this credential (403).',
    fix: 'Check that the header holds a valid key with access to this server.',
  },
  not_found: { message: 'There is nothing at this path (404).', fix: 'Check the path of the address; it often ends in /mcp.' },
  not_mcp: {
    message: 'What answers at this address is not an MCP server.',
    fix: "Use the address of the server's MCP endpoint (or, of an older server, of its SSE stream), not of its website.",
  },
  timeout: { message: 'The server did not answer within 20 seconds.', fix: 'Check that the server is running, then try again.' },
  protocol: { message: 'The server does not keep to the MCP protocol.', fix: 'Check the server with the MCP Inspector, then try again.' },
};

const failure = (code: FailureCode, message = TEXTS[code].message): DiscoveryFailure => ({ code, message, fix: TEXTS[code].fix });

function answered({ status, contentType }: UnexpectedAnswer): DiscoveryFailure {
  if (status === 401) return failure('unauthorized');
  if (status === 403) return failure('forbidden');
  if (status === 404) return failure('not_found');
  if (status >= 500) return failure('protocol', `The server answers with its own error (${status}).`);
  if (status >= 300 && status < 400)
    return failure('not_mcp', `The address redirects elsewhere (${status}), and redirects are not followed.`);
  const type = contentType.split(';')[0]?.trim() ?? '';
  return /^[\w.+-]+\/[\w.+-]+$/.test(type) && status < 300
    ? failure('not_mcp', `The address answers with ${type}, not with MCP.`)
    : failure('not_mcp');
}

function networkCode(code: string): FailureCode | null {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ENODATA') return 'dns';
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT' || code.endsWith('_TIMEOUT')) return 'timeout';
  if (['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'UND_ERR_SOCKET'].includes(code)) return 'refused';
  if (/CERT|TLS|SSL|SELF_SIGNED|^EPROTO$|UNABLE_TO_/.test(code)) return 'tls';
  return null;
}

/** The error and what caused it, outermost first. */
function chain(error: unknown): object[] {
  const causes: object[] = [];
  for (let next = error; typeof next === 'object' && next !== null && causes.length < 10; next = (next as { cause?: unknown }).cause) {
    causes.push(next);
    if (next instanceof AggregateError) causes.push(...next.errors.slice(0, 5));
  }
  return causes;
}
