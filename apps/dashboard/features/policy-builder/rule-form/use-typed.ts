'use client';
import { useEffect, useRef, useState } from 'react';

export type Typed<T> = { ok: true; value: T } | { ok: false; problem: string };

/** A text under the cursor: it stays as it is typed, and is told on as soon as it means something. When it is left, it is what is written. */
export function useTyped<T>(written: string, read: (text: string) => Typed<T>, onChange: (value: T) => void) {
  const [text, setText] = useState(written);
  // What is written changes also because of what is typed: that must not move the cursor.
  const typing = useRef(false);
  useEffect(() => {
    if (!typing.current) setText(written);
  }, [written]);
  const typed = read(text);
  return {
    text,
    problem: text !== written && !typed.ok ? typed.problem : null,
    change(next: string) {
      typing.current = true;
      setText(next);
      const meant = read(next);
      if (meant.ok && next !== written) onChange(meant.value);
    },
    leave() {
      typing.current = false;
      setText(written);
    },
  };
}
