import { classNames } from '../class-names';

/** A key to press. */
export function Key({ children, inverted = false }: { children: string; inverted?: boolean }) {
  return (
    <kbd
      className={classNames(
        'rounded-[4px] border px-1 font-mono text-[0.6875rem] leading-4',
        inverted ? 'border-current/40' : 'border-line bg-sunken text-muted',
      )}
    >
      {children}
    </kbd>
  );
}
