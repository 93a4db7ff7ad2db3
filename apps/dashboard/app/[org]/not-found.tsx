import { LinkButton } from '@/components/ui/link-button';

export default function NotFound() {
  return (
    <div className="grid max-w-120 justify-items-start gap-3 pt-[10vh]">
      <p className="font-mono text-faint text-sm">404</p>
      <h1 className="text-xl">There is nothing at this address</h1>
      <p className="text-muted">It may have been removed or renamed. What happened with it is still in the audit log.</p>
      <LinkButton href="/home">Go to the overview</LinkButton>
    </div>
  );
}
