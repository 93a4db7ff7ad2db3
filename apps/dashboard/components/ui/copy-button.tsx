'use client';
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, type ButtonSize, type ButtonVariant } from './button';
import { IconButton } from './icon-button';

/** Copies `value` and says so in place. Without `children` it is an icon; `label` names what is copied: "Copy gateway URL". */
export function CopyButton({
  value,
  label,
  shortcut,
  children,
  variant = 'secondary',
  size = 'sm',
  onCopied,
  className,
}: {
  value: string;
  label: string;
  shortcut?: string;
  children?: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  onCopied?(): void;
  className?: string;
}) {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  useEffect(() => {
    if (state === 'idle') return;
    const timer = setTimeout(() => setState('idle'), 1800);
    return () => clearTimeout(timer);
  }, [state]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setState('copied');
      onCopied?.();
    } catch {
      setState('failed');
    }
  };
  const icon = state === 'copied' ? <Check className="text-allowed" /> : <Copy />;
  const spoken = state === 'copied' ? 'Copied' : state === 'failed' ? 'Copying is blocked: select the text instead' : '';
  return (
    <>
      {children ? (
        <Button variant={variant} size={size} onClick={copy} aria-label={label} className={className}>
          {icon}
          <span className="grid">
            <span className="col-start-1 row-start-1" style={{ visibility: state === 'idle' ? 'visible' : 'hidden' }}>
              {children}
            </span>
            {state !== 'idle' && <span className="col-start-1 row-start-1">{state === 'copied' ? 'Copied' : 'Blocked'}</span>}
          </span>
        </Button>
      ) : (
        <IconButton label={state === 'idle' ? label : spoken} shortcut={shortcut} onClick={copy} className={className}>
          {icon}
        </IconButton>
      )}
      <span className="sr-only" role="status">
        {spoken}
      </span>
    </>
  );
}
