'use client';
import { useEffect, useMemo, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Field } from '@/components/ui/field';
import { Textarea } from '@/components/ui/textarea';
import { CallLog, type LoggedCall } from './call-log';
import type { PlaygroundTool, Read } from './engine';
import { EXAMPLE } from './example';
import { RollingCounters } from './rolling-counters';

type Engine = typeof import('./engine');

const IMAGE: PlaygroundTool = { name: 'image_to_image', category: 'Write', risk: 'Medium' };
const VIDEO: PlaygroundTool = { name: 'generate_video', category: 'Write', risk: 'Medium' };

/** The gateway's own policy engine, in the browser: a document at the left, what it makes of calls at the right. */
export function Playground() {
  const engine = useEngine();
  const [source, setSource] = useState(EXAMPLE);
  const [calls, setCalls] = useState<LoggedCall[]>([]);
  const counters = useRef(new RollingCounters());
  const read = useMemo(() => engine?.readDocument(source) ?? null, [engine, source]);
  const call = (tool: PlaygroundTool, times: number) => {
    if (!engine || !read?.ok) return;
    const now = Date.now();
    const fresh = Array.from({ length: times }, () => engine.callTool(read.policy, counters.current, tool, now));
    setCalls((before) => [
      ...before,
      ...fresh.map((decision, index) => ({ number: before.length + index + 1, tool: tool.name, decision })),
    ]);
  };
  const reset = () => {
    counters.current = new RollingCounters();
    setCalls([]);
  };
  const ready = read?.ok === true;
  return (
    <div className="panel grid min-w-0 overflow-hidden lg:grid-cols-2">
      <div className="grid min-w-0 content-start gap-3 border-line p-4 max-lg:border-b lg:border-r">
        <Field label="Policy document" aside="edit it, or paste your own">
          <Textarea
            mono
            spellCheck={false}
            rows={16}
            className="h-88 field-sizing-fixed text-xs leading-5"
            value={source}
            onChange={(event) => setSource(event.target.value)}
          />
        </Field>
        <Reading read={read} />
      </div>
      <div className="grid min-w-0 grid-rows-[auto_minmax(0,1fr)] gap-3 p-4">
        <div className="flex flex-wrap items-center gap-2">
          <Button variant="primary" disabled={!ready} onClick={() => call(IMAGE, 1)}>
            Call <span className="font-mono text-sm">image_to_image</span>
          </Button>
          <Button disabled={!ready} onClick={() => call(IMAGE, 31)}>
            31 times
          </Button>
          <Button disabled={!ready} onClick={() => call(VIDEO, 1)}>
            Call <span className="font-mono text-sm">generate_video</span>
          </Button>
          {calls.length > 0 && (
            <Button variant="quiet" onClick={reset}>
              Start over
            </Button>
          )}
        </div>
        <CallLog calls={calls} />
      </div>
    </div>
  );
}

/** Fetched once the page is there: the engine is the largest part of it. */
function useEngine(): Engine | null {
  const [engine, setEngine] = useState<Engine | null>(null);
  useEffect(() => {
    let current = true;
    void import('./engine').then((loaded) => current && setEngine(loaded));
    return () => {
      current = false;
    };
  }, []);
  return engine;
}

function Reading({ read }: { read: Read | null }) {
  if (!read) return <p className="min-h-10 text-muted text-sm">Reading the document …</p>;
  if (!read.ok)
    return (
      <ul role="alert" className="grid min-h-10 gap-1 text-denied text-sm">
        {read.problems.slice(0, 3).map((problem) => (
          <li key={problem.pointer + problem.message}>
            Line {problem.line}: {problem.message}
            {problem.suggestion && ` Did you mean ${problem.suggestion}?`}
          </li>
        ))}
      </ul>
    );
  return (
    <div className="min-h-10 text-muted text-sm">
      {read.sentences.slice(0, 6).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      {read.conversions.map((conversion) => (
        <p key={conversion.pointer}>Understood: {conversion.message}</p>
      ))}
    </div>
  );
}
