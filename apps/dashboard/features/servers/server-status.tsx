import { CircleCheck, CirclePause, OctagonAlert } from 'lucide-react';
import { Spinner } from '@/components/ui/spinner';

/** Whether a server can be called: a word with its icon; coloured only where somebody should act. */
export function ServerStatus({ status, paused }: { status: 'discovering' | 'ready' | 'failing'; paused: boolean }) {
  if (paused)
    return (
      <span className="inline-flex items-center align-middle gap-1.5 whitespace-nowrap font-medium text-limited">
        <CirclePause aria-hidden="true" className="size-3.5" /> paused
      </span>
    );
  if (status === 'failing')
    return (
      <span className="inline-flex items-center align-middle gap-1.5 whitespace-nowrap font-medium text-error">
        <OctagonAlert aria-hidden="true" className="size-3.5" /> failing
      </span>
    );
  if (status === 'discovering')
    return (
      <span className="inline-flex items-center align-middle gap-1.5 whitespace-nowrap text-muted">
        <Spinner /> discovering
      </span>
    );
  return (
    <span className="inline-flex items-center align-middle gap-1.5 whitespace-nowrap">
      <CircleCheck aria-hidden="true" className="size-3.5 text-muted" /> ready
    </span>
  );
}
