/** `proxy.ts` puts the path and query of the request here, since a page cannot see them. */
export const PATH_HEADER = 'x-toolgate-path';
