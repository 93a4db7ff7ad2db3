/** Who may do what: the only table. What is not in it is refused. */
import type { Role } from '@toolgate/db/client';
import type { Actor } from './context.ts';
import { type Refusal, refuse } from './refusal.ts';

export const PERMISSIONS = [
  'organization.read',
  'organization.manage',
  'server.manage',
  'tool.review',
  'policy.manage',
  'policy.override_tests',
  'grant.manage',
  'grant.pause',
  'approval.decide',
  'audit.export',
  'audit.capture',
  'audit.forward',
  'audit.view.manage',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

const BY_ROLE: Record<Role, readonly Permission[]> = {
  owner: PERMISSIONS,
  admin: PERMISSIONS,
  policy_manager: ['organization.read', 'tool.review', 'policy.manage', 'grant.pause', 'approval.decide', 'audit.view.manage'],
  viewer: ['organization.read'],
};

const NEEDS: Record<Permission, string> = {
  'organization.read': 'a member',
  'organization.manage': 'an owner or admin',
  'server.manage': 'an owner or admin',
  'tool.review': 'an owner, admin or policy manager',
  'policy.manage': 'an owner, admin or policy manager',
  'policy.override_tests': 'an owner or admin',
  'grant.manage': 'an owner or admin',
  'grant.pause': 'an owner, admin or policy manager',
  'approval.decide': 'an owner, admin or policy manager',
  'audit.export': 'an owner or admin',
  'audit.capture': 'an owner or admin',
  'audit.forward': 'an owner or admin',
  'audit.view.manage': 'an owner, admin or policy manager',
};

/** The operator of the machine may do what an owner may. */
export function may(actor: Actor, permission: Permission): boolean {
  const role = actor.kind === 'operator' ? 'owner' : actor.role;
  return BY_ROLE[role]?.includes(permission) ?? false;
}

export function forbidden(permission: Permission): { ok: false; refusal: Refusal } {
  return refuse('forbidden', `This needs ${NEEDS[permission]} of the organization.`);
}
