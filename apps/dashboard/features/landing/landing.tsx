import type { ReactNode } from 'react';
import { LinkButton } from '@/components/ui/link-button';
import { CallPath } from './call-path';
import { PublicHeader } from './public-header';

/** What it is, shown by the thing itself; then how it works. `playground` comes from the route: features do not know each other. */
export function Landing({ signedIn, playground }: { signedIn: boolean; playground: ReactNode }) {
  return (
    <>
      <PublicHeader signedIn={signedIn} />
      <main className="mx-auto w-full max-w-300 px-4 pb-20 sm:px-8">
        <section className="grid gap-x-12 gap-y-5 pt-8 pb-8 md:grid-cols-[minmax(0,1.6fr)_minmax(0,1fr)] md:items-end md:pt-12">
          <h1 className="text-2xl sm:text-3xl">Decide which tools your agents may call, and how often.</h1>
          <div>
            <p className="text-lg text-muted">
              Toolgate stands between an agent and its MCP servers. Nothing passes unless a policy says so, and every call is on record.
            </p>
            <div className="mt-4 flex flex-wrap gap-2">
              <LinkButton href={signedIn ? '/home' : '/sign-up'} variant="primary">
                {signedIn ? 'Open dashboard' : 'Sign up and try it with a demo server'}
              </LinkButton>
            </div>
          </div>
        </section>
        <section aria-labelledby="try-heading">
          <h2 id="try-heading" className="mb-3 text-muted text-sm font-normal">
            <span className="font-semibold text-text">The real engine, in this page.</span> Thirty edits of an image a minute, and nothing
            else of that server.
          </h2>
          {playground}
        </section>
        <section aria-labelledby="how-heading" className="mt-20">
          <h2 id="how-heading" className="text-xl">
            How it works
          </h2>
          <p className="mt-1 mb-6 max-w-160 text-muted">
            Put the gateway’s address into Claude, Cursor, VS Code or any MCP client. Each call then meets these steps, in this order.
          </p>
          <CallPath />
          <dl className="mt-12 grid gap-x-10 gap-y-6 md:grid-cols-3">
            {PROMISES.map(([term, detail]) => (
              <div key={term} className="border-line-strong border-t pt-3">
                <dt className="font-semibold">{term}</dt>
                <dd className="mt-1 text-muted">{detail}</dd>
              </div>
            ))}
          </dl>
        </section>
      </main>
    </>
  );
}

const PROMISES = [
  ['Limits that are exact', 'Never more than the maximum in any rolling window, over any number of gateways. Not about thirty: thirty.'],
  ['In force at once', 'A revoked grant or an edited policy counts from the next request after the save was confirmed.'],
  [
    'Nothing off the record',
    'No call is forwarded before its audit event is durable. The log is a hash chain that can be verified offline.',
  ],
] as const;
