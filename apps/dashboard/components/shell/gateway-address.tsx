'use client';
import { CopyButton } from '../ui/copy-button';

/** The organization's gateway URL, one key to copy, at hand on every page. */
export function GatewayAddress({ url }: { url: string }) {
  return (
    <div className="flex items-center gap-1 rounded-control border border-line bg-surface py-0.5 pr-0.5 pl-2.5 max-lg:justify-center max-lg:pl-0.5">
      <div className="min-w-0 flex-1 max-lg:hidden">
        <div className="text-faint text-xs">Gateway</div>
        <div className="clip font-mono text-xs" title={url} dir="ltr">
          {url.replace(/^https?:\/\//, '')}
        </div>
      </div>
      <CopyButton value={url} label="Copy gateway URL" shortcut="U" />
    </div>
  );
}
