import type { Role } from '@toolgate/db/client';
import type { Services } from '../context.ts';

export interface Account {
  id: string;
  email: string;
  name: string;
  hasPassword: boolean;
  /** Sessions issued before this moment are over. */
  sessionsValidFrom: Date | null;
  organizations: { id: string; slug: string; name: string; role: Role }[];
}

/** A user and the organizations the user is a member of, oldest membership first; null when there is no such user. */
export async function readUser(s: Pick<Services, 'db'>, userId: string): Promise<Account | null> {
  const user = await s.db.prisma.user.findUnique({ where: { id: userId } });
  if (!user) return null;
  const memberships = await s.db.forUser(userId, (tx) =>
    tx.membership.findMany({ where: { userId }, include: { organization: true }, orderBy: { createdAt: 'asc' } }),
  );
  return {
    id: user.id,
    email: user.email,
    name: user.name,
    hasPassword: user.passwordHash !== null,
    sessionsValidFrom: user.sessionsValidFrom,
    organizations: memberships.map(({ organization: { id, slug, name }, role }) => ({ id, slug, name, role })),
  };
}
