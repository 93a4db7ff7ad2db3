/** In which era a request speaks, and what a stateless one says about itself (2026-07-28, "Per-request protocol fields"; versioning). */
import { isObject, type JsonObject } from './is-object.ts';
import type { Message } from './message.ts';
import { checkMirroredHeaders, type MirroredHeaders, VERSION_HEADER } from './mirrored-headers.ts';
import { eraOfVersion, STATELESS_VERSIONS, SUPPORTED_VERSIONS } from './versions.ts';

export const META_VERSION = 'io.modelcontextprotocol/protocolVersion';
export const META_CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
export const META_CLIENT = 'io.modelcontextprotocol/clientInfo';
export const META_LOG_LEVEL = 'io.modelcontextprotocol/logLevel';

export interface Envelope {
  protocolVersion: string;
  clientCapabilities: JsonObject;
  /** Self-reported; shown, never relied on. */
  clientInfo: { name: string; version: string } | null;
  /** Without it the server may send no `notifications/message`. */
  logLevel: LogLevel | null;
}

const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Whether a log entry is at least as severe as what was asked for; one of an unknown level is not. */
export function logReaches(level: unknown, asked: LogLevel): boolean {
  const severity = (LOG_LEVELS as readonly unknown[]).indexOf(level);
  return severity >= LOG_LEVELS.indexOf(asked);
}

export type EraReading =
  | { ok: true; era: 'session' }
  /** `envelope` is null for a notification that has none: none is required there. */
  | { ok: true; era: 'stateless'; envelope: Envelope | null }
  | EraRefusal;

/** Every one is answered with 400. `data` goes into the error's `data`. */
export interface EraRefusal {
  ok: false;
  fault: 'header_mismatch' | 'unsupported_version' | 'invalid_params' | 'invalid_request';
  message: string;
  data?: JsonObject;
}

/**
 * The era of a POST. The body decides: a request whose `_meta` names a version speaks for itself; the header is only compared with it.
 * `initialize` without such a `_meta` begins a session. A header that names a stateless revision over a body without one is refused.
 */
export function readEra(message: Message, headers: MirroredHeaders): EraReading {
  const header = headers.get(VERSION_HEADER);
  if (message.kind === 'response') return readResponseEra(header);
  const meta = isObject(message.params._meta) ? message.params._meta : {};
  if (Object.hasOwn(meta, META_VERSION)) return readClaim(message, meta, header, headers);
  if (header === undefined || eraOfVersion(header) === 'session') return { ok: true, era: 'session' };
  if (eraOfVersion(header) === null) return unsupported(header);
  if (message.kind === 'notification') return { ok: true, era: 'stateless', envelope: null };
  if (message.method === 'initialize') return refuse('header_mismatch', `initialize does not exist in ${header}, which the header names.`);
  return refuse('invalid_params', missingText(meta));
}

function readResponseEra(header: string | undefined): EraReading {
  if (header === undefined || eraOfVersion(header) !== 'stateless') return { ok: true, era: 'session' };
  return refuse('invalid_request', 'Answers are given by repeating the request with inputResponses, not as a message of their own.');
}

function readClaim(
  message: Exclude<Message, { kind: 'response' }>,
  meta: JsonObject,
  header: string | undefined,
  headers: MirroredHeaders,
): EraReading {
  const envelope = readEnvelope(meta);
  if (typeof envelope === 'string') return refuse('invalid_params', envelope);
  const { protocolVersion } = envelope;
  if (header === undefined) return refuse('header_mismatch', 'The header MCP-Protocol-Version is missing.');
  if (header !== protocolVersion)
    return refuse('header_mismatch', 'The header MCP-Protocol-Version does not name the version of the body.');
  if (!(STATELESS_VERSIONS as readonly string[]).includes(protocolVersion)) return unsupported(protocolVersion);
  if (message.kind === 'notification') return { ok: true, era: 'stateless', envelope };
  const problem = checkMirroredHeaders(headers, message.method, message.params);
  if (problem) return { ok: false, ...problem };
  return { ok: true, era: 'stateless', envelope };
}

/** @returns one sentence when it is malformed. */
function readEnvelope(meta: JsonObject): Envelope | string {
  const { [META_VERSION]: protocolVersion, [META_CAPABILITIES]: clientCapabilities } = meta;
  if (clientCapabilities === undefined) return missingText(meta);
  if (typeof protocolVersion !== 'string') return `params._meta["${META_VERSION}"] must be a string.`;
  if (!isObject(clientCapabilities)) return `params._meta["${META_CAPABILITIES}"] must be an object.`;
  const clientInfo = meta[META_CLIENT] ?? null;
  if (clientInfo !== null && !isImplementation(clientInfo)) return `params._meta["${META_CLIENT}"] must have a name and a version.`;
  const logLevel = meta[META_LOG_LEVEL] ?? null;
  if (logLevel !== null && !isLogLevel(logLevel)) return `params._meta["${META_LOG_LEVEL}"] must be a log level.`;
  return {
    protocolVersion,
    clientCapabilities,
    clientInfo: clientInfo && { name: clientInfo.name, version: clientInfo.version },
    logLevel,
  };
}

function missingText(meta: JsonObject): string {
  const missing = [META_VERSION, META_CAPABILITIES].filter((key) => !Object.hasOwn(meta, key));
  return `params._meta lacks ${missing.join(' and ')}.`;
}

function isImplementation(value: unknown): value is { name: string; version: string } {
  return isObject(value) && typeof value.name === 'string' && typeof value.version === 'string';
}

function isLogLevel(value: unknown): value is LogLevel {
  return (LOG_LEVELS as readonly unknown[]).includes(value);
}

function unsupported(requested: string): EraRefusal {
  return {
    ok: false,
    fault: 'unsupported_version',
    message: 'Unsupported protocol version.',
    data: { supported: [...SUPPORTED_VERSIONS], requested: requested.slice(0, 64) },
  };
}

function refuse(fault: EraRefusal['fault'], message: string): EraRefusal {
  return { ok: false, fault, message };
}
