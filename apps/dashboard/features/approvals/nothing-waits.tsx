import { EmptyState } from '@/components/ui/empty-state';
import { LinkButton } from '@/components/ui/link-button';

export function NothingWaits({ org, past }: { org: string; past: boolean }) {
  return (
    <EmptyState
      title={past ? 'Nothing has been answered yet.' : 'Nothing waits for you.'}
      action={<LinkButton href={`/${org}/policies`}>Open policies</LinkButton>}
      example={
        <code className="font-mono">{'"approve_if": [{ "conditions": [{ "path": "args.amount", "op": "gt", "value": 100 }] }]'}</code>
      }
    >
      A rule with an approval makes the calls that meet its conditions wait here, until somebody says yes or no.
    </EmptyState>
  );
}
