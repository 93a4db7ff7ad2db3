/** Revisions of the protocol that the gateway speaks to its callers, by era; within one the newest first. */
export const STATELESS_VERSIONS = ['2026-07-28'] as const;
export const SESSION_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'] as const;
export const SUPPORTED_VERSIONS: readonly string[] = [...STATELESS_VERSIONS, ...SESSION_VERSIONS];
export const STATELESS_VERSION = STATELESS_VERSIONS[0];

/**
 * How a revision works: `session` begins with `initialize`, `stateless` says everything in each request (2026-07-28, "Terminology":
 * legacy and modern).
 */
export type Era = 'session' | 'stateless';

/** The era of a revision by its date, also of one that is not supported; null when it is no revision at all. */
export function eraOfVersion(version: string): Era | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(version)) return null;
  return version < STATELESS_VERSION ? 'session' : 'stateless';
}
