'use client';
import { useEffect } from 'react';

/** Brings a line of the document into view when the page opens. */
export function ScrollToMark({ line }: { line: number }) {
  useEffect(() => {
    document.getElementById(`L${line}`)?.scrollIntoView({ block: 'center' });
  }, [line]);
  return null;
}
