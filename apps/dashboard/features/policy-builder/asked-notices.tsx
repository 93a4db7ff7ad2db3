import { Callout } from '@/components/ui/callout';
import { VisibleText } from '@/components/visible-text';

/** What became of what the address asked for; null where nothing is to be said. */
export function AskedNotices({ allow, call }: { allow: string | null; call: string | null }) {
  const said = [allow, call].filter((one) => one !== null);
  return (
    <div role="status" className="grid grid-cols-[minmax(0,1fr)] gap-2 not-empty:mb-3">
      {said.map((text) => (
        <Callout key={text}>
          <VisibleText text={text} />
        </Callout>
      ))}
    </div>
  );
}
