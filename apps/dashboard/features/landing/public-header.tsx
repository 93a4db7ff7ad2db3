import Link from 'next/link';
import { GateMark } from '@/components/gate-mark';
import { LinkButton } from '@/components/ui/link-button';

export function PublicHeader({ signedIn }: { signedIn: boolean }) {
  return (
    <header className="mx-auto flex h-16 w-full max-w-300 items-center justify-between gap-4 px-4 sm:px-8">
      <Link href="/" className="inline-flex items-center gap-2 rounded-control font-semibold text-lg">
        <GateMark className="size-5 text-accent" />
        Toolgate
      </Link>
      <nav aria-label="Account" className="flex items-center gap-1 sm:gap-2">
        {signedIn ? (
          <LinkButton href="/home" variant="primary">
            Open dashboard
          </LinkButton>
        ) : (
          <>
            <LinkButton href="/sign-in" variant="quiet">
              Sign in
            </LinkButton>
            <LinkButton href="/sign-up" variant="primary">
              Sign up
            </LinkButton>
          </>
        )}
      </nav>
    </header>
  );
}
