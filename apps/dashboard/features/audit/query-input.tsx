'use client';
import { type Completion, type CompletionOption, completeQuery, type SeenValues } from '@toolgate/audit/query/complete';
import { parseQuery } from '@toolgate/audit/query/parse';
import { CornerDownLeft, Search, X } from 'lucide-react';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { Spinner } from '@/components/ui/spinner';
import { CompletionList } from './completion-list.tsx';

interface Props {
  /** The query that is shown below. */
  text: string;
  pending: boolean;
  seen: SeenValues;
  onApply(text: string): void;
}

/** The query as text, with completion; Enter asks for it. What is not understood is underlined where it stands. */
export function QueryInput({ text, pending, seen, onApply }: Props) {
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const [draft, setDraft] = useState(text);
  const [completion, setCompletion] = useState<Completion | null>(null);
  const [active, setActive] = useState(-1);
  const [scrolled, setScrolled] = useState(0);
  const caret = useRef<number | null>(null);
  useEffect(() => setDraft(text), [text]);
  useLayoutEffect(() => {
    if (caret.current === null) return;
    input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const options = completion?.options ?? [];
  const suggest = (value: string, at: number | null) => {
    setCompletion(completeQuery(value, at ?? value.length, seen));
    setActive(-1);
  };
  const close = () => {
    setCompletion(null);
    setActive(-1);
  };
  const apply = (value: string) => {
    close();
    onApply(value.trim());
  };
  const take = (option: CompletionOption) => {
    if (!completion) return;
    const after = draft.slice(completion.to);
    const inserted = option.open || after.startsWith(' ') ? option.insert : `${option.insert} `;
    const next = draft.slice(0, completion.from) + inserted + after;
    caret.current = completion.from + inserted.length;
    setDraft(next);
    input.current?.focus();
    if (option.open) suggest(next, caret.current);
    else close();
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const chosen = options[active];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!completion) return suggest(draft, input.current?.selectionStart ?? null);
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setActive(((active + step + 1 + options.length + 1) % (options.length + 1)) - 1);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && chosen) {
      event.preventDefault();
      take(chosen);
    } else if (event.key === 'Enter') apply(draft);
    else if (event.key === 'Escape' && completion) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  };
  return (
    <div className="relative min-w-0 flex-1 basis-72">
      <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 z-10 size-3.5 -translate-y-1/2 text-faint" />
      <input
        ref={input}
        data-search
        role="combobox"
        aria-label="Query"
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        placeholder="decision:denied tool:run_* -grant:ci since:24h"
        maxLength={2000}
        value={draft}
        onChange={(event) => {
          setDraft(event.target.value);
          suggest(event.target.value, event.target.selectionStart);
        }}
        onFocus={(event) => suggest(event.target.value, event.target.selectionStart)}
        onClick={(event) => suggest(draft, event.currentTarget.selectionStart)}
        onBlur={close}
        onKeyDown={onKeyDown}
        onScroll={(event) => setScrolled(event.currentTarget.scrollLeft)}
        className="control h-9 pr-18 pl-8 font-mono text-sm coarse:h-10"
      />
      <Underlines text={draft} scrolled={scrolled} />
      <span className="absolute top-1/2 right-1 flex -translate-y-1/2 items-center">
        {pending && <Spinner />}
        {draft !== '' && (
          <IconButton label="Clear query" onClick={() => apply('')}>
            <X />
          </IconButton>
        )}
        {draft.trim() !== text && (
          <IconButton label="Search" onClick={() => apply(draft)} className="text-accent">
            <CornerDownLeft />
          </IconButton>
        )}
      </span>
      <CompletionList id={listId} options={options} active={active} onTake={take} />
    </div>
  );
}

/** Letters of the input are all of one width, so that a place in the text is a place on the line. */
function Underlines({ text, scrolled }: { text: string; scrolled: number }) {
  const { problems } = parseQuery(text);
  if (problems.length === 0) return null;
  return (
    <span aria-hidden="true" className="pointer-events-none absolute inset-y-0 right-18 left-8 overflow-hidden font-mono text-sm">
      <span className="absolute inset-0" style={{ transform: `translateX(${-scrolled}px)` }}>
        {problems.map(({ offset, length }) => (
          <span
            key={offset}
            className="absolute bottom-1.5 border-error border-b-2 border-dotted"
            style={{ left: `calc(${offset}ch + 1px)`, width: `${length}ch` }}
          />
        ))}
      </span>
    </span>
  );
}
