import { classNames } from '../class-names';
import { CopyButton } from './copy-button';
import { ScrollRegion } from './scroll-region';

/** What a machine reads, to be read and copied. `title`: the file or the command's place. */
export function CodeBlock({
  code,
  title,
  copyLabel = 'Copy',
  wrap = false,
  className,
}: {
  code: string;
  title?: string;
  copyLabel?: string;
  wrap?: boolean;
  className?: string;
}) {
  return (
    <figure className={classNames('min-w-0 overflow-hidden rounded-control border border-line bg-sunken', className)}>
      {title && (
        <figcaption className="flex items-center justify-between gap-3 border-line border-b py-1 pr-1 pl-3 font-mono text-muted text-xs">
          <span className="clip">{title}</span>
          <CopyButton value={code} label={copyLabel} />
        </figcaption>
      )}
      <div className="relative">
        <ScrollRegion label={title ?? 'Code'} className={classNames('overflow-x-auto p-3 -outline-offset-2', !title && 'pr-11')}>
          <pre className={classNames('font-mono text-sm', wrap && 'whitespace-pre-wrap break-all')}>{code}</pre>
        </ScrollRegion>
        {!title && <CopyButton value={code} label={copyLabel} className="absolute top-1.5 right-1.5" />}
      </div>
    </figure>
  );
}
