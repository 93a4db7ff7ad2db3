import { notFound, redirect } from 'next/navigation';
import { requireUser } from '@/server/session';

/** Where signing in leads without another place to go: the first organization. */
export default async function HomePage() {
  const [organization] = (await requireUser()).organizations;
  if (!organization) notFound();
  redirect(`/${organization.slug}`);
}
