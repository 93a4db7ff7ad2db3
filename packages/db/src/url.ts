/** The role that a process connects as: `toolgate_app`, or `toolgate_worker` for the worker. */
export type Role = 'toolgate_app' | 'toolgate_worker';

/** Turns the owner's URL into one whose sessions run as `role` from their first statement. */
export function urlAsRole(ownerUrl: string, role: Role): string {
  const url = new URL(ownerUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', `${given ? `${given} ` : ''}-c role=${role}`);
  return url.href;
}
