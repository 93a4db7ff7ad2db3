/** Whose counter it is: a grant's or a server's own, or the organization's. */
export interface LimitOwners {
  grantId: string;
  serverId: string;
}

/** The key of a charge or lease, unique within an organization. Limits of one name in one scope are one counter. */
export function limitKey(scope: 'grant' | 'server' | 'organization', name: string, { grantId, serverId }: LimitOwners): string {
  return `${scope}:${scope === 'grant' ? grantId : scope === 'server' ? serverId : ''}:${name}`;
}
