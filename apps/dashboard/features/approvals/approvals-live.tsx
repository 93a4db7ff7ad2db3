'use client';
import { useRouter } from 'next/navigation';
import { useCallback } from 'react';
import { LiveDot } from '@/components/ui/live-dot';
import { useLive } from '@/components/use-live';

/** Keeps the page current while it is open, and says whether it is. */
export function ApprovalsLive({ org, text }: { org: string; text: string }) {
  const router = useRouter();
  const onNews = useCallback(() => router.refresh(), [router]);
  const state = useLive(`/api/${org}/approvals`, { paused: false, onNews });
  return (
    <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <span role="status">{text}</span> <LiveDot state={state} />
    </span>
  );
}
