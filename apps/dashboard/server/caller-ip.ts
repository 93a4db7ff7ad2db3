/** `name-callers.ts` sets this header from the connection; what a client sent under its name is overwritten. */
export const CALLER_IP_HEADER = 'x-toolgate-caller-ip';

/** For counting attempts. */
export const callerIp = (header: (name: string) => string | null | undefined): string =>
  header(CALLER_IP_HEADER)?.slice(0, 64) || 'unknown';
