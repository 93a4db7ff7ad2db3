import { Fragment } from 'react';

/** Controls, format characters (bidirectional marks, zero width) and separators that would hide or reorder what is read. */
const INVISIBLE = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0]/u;

/** Text of a server or client, as it is: what cannot be seen is shown by its code point, such as U+202E. */
export function VisibleText({ text }: { text: string }) {
  if (!INVISIBLE.test(text)) return text;
  return splitInvisible(text).map((part, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts are a text in order.
    <Fragment key={index}>
      {part.hidden ? <mark className="rounded-[3px] bg-error-tint px-0.5 font-mono text-[0.85em] text-error">{part.text}</mark> : part.text}
    </Fragment>
  ));
}

export function splitInvisible(text: string): { text: string; hidden: boolean }[] {
  const parts: { text: string; hidden: boolean }[] = [];
  for (const character of text) {
    const hidden = INVISIBLE.test(character);
    const shown = hidden ? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}` : character;
    const last = parts.at(-1);
    if (last && !hidden && !last.hidden) last.text += shown;
    else parts.push({ text: shown, hidden });
  }
  return parts;
}
