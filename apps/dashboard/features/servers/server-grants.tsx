import type { ServerRead } from '@toolgate/services/server/read';
import Link from 'next/link';
import { LinkButton } from '@/components/ui/link-button';

export function ServerGrants({ org, server }: { org: string; server: ServerRead }) {
  return (
    <section aria-labelledby="grants-heading" className="min-w-0">
      <div className="mb-2 flex h-7 items-center justify-between gap-3">
        <h2 id="grants-heading" className="text-lg">
          Who may call it
        </h2>
        <LinkButton size="sm" href={`/${org}/grants/new?server=${server.slug}`}>
          New grant
        </LinkButton>
      </div>
      {server.grants.length === 0 ? (
        <p className="text-muted text-sm">No grant reaches this server, so nobody can call it.</p>
      ) : (
        <ul className="panel divide-y divide-line text-sm">
          {server.grants.map((grant) => (
            <li key={grant.id} className="flex min-h-9 flex-wrap items-center justify-between gap-x-4 px-3 py-1.5">
              <Link href={`/${org}/grants/${grant.id}`} className="font-medium hover:underline">
                {grant.label}
              </Link>
              <span className="text-muted">
                governed by{' '}
                <Link href={`/${org}/policies/${grant.policySlug}`} className="link font-mono">
                  {grant.policySlug}
                </Link>
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
