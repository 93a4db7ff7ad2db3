import { LinkButton } from '@/components/ui/link-button';

export default function NotFound() {
  return (
    <main className="mx-auto grid max-w-120 justify-items-start gap-3 px-4 pt-[18vh]">
      <p className="font-mono text-faint text-sm">404</p>
      <h1 className="text-xl">There is nothing at this address</h1>
      <p className="text-muted">It may have been removed or renamed, or it belongs to an organization that you are not a member of.</p>
      <LinkButton href="/home">Go to your organization</LinkButton>
    </main>
  );
}
