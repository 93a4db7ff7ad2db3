'use client';
import type { ExportManifest } from '@toolgate/audit/export-manifest';
import { useCallback, useRef, useState } from 'react';
import { takeManifest } from './take-manifest.ts';
import { type FeedSource, sourceAddress } from './use-event-feed.ts';

export type ExportState =
  | { state: 'idle' }
  | { state: 'running'; format: 'csv' | 'jsonl'; events: number; bytes: number }
  | { state: 'done'; name: string; bytes: number; manifest: ExportManifest }
  | { state: 'failed'; message: string };

/** Streams an export into a file of the browser's, counts as it comes, and saves the manifest beside it. */
export function useExport(source: FeedSource) {
  const [state, setState] = useState<ExportState>({ state: 'idle' });
  const running = useRef<AbortController | null>(null);
  const address = sourceAddress(source);
  const start = useCallback(
    async (format: 'csv' | 'jsonl') => {
      running.current?.abort();
      const controller = new AbortController();
      running.current = controller;
      setState({ state: 'running', format, events: 0, bytes: 0 });
      try {
        const response = await fetch(`/api/${source.organization}/audit/export?${address}format=${format}&manifest=1`, {
          signal: controller.signal,
        });
        if (!response.ok || !response.body)
          throw new Error(((await response.json()) as { message?: string }).message ?? `HTTP ${response.status}`);
        const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? `audit.${format}`;
        const parts = await collect(response.body, (events, bytes) => setState({ state: 'running', format, events, bytes }));
        const manifest = takeManifest(parts);
        const file = new Blob(parts as BlobPart[], { type: response.headers.get('content-type') ?? 'text/plain' });
        save(name, file);
        setState({ state: 'done', name, bytes: file.size, manifest });
      } catch (error) {
        if (controller.signal.aborted) setState({ state: 'idle' });
        else setState({ state: 'failed', message: (error as Error).message });
      }
    },
    [source.organization, address],
  );
  const cancel = useCallback(() => {
    running.current?.abort();
    setState({ state: 'idle' });
  }, []);
  return { state, start, cancel };
}

const TELL_MS = 150;

async function collect(body: ReadableStream<Uint8Array>, tell: (events: number, bytes: number) => void): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  let [bytes, events, told] = [0, 0, 0];
  for (const reader = body.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
    for (const byte of value) if (byte === 10) events++;
    if (Date.now() - told < TELL_MS) continue;
    told = Date.now();
    tell(events, bytes);
  }
  return parts;
}

/** The manifest of a CSV is a file of its own. */
export const saveManifest = (name: string, manifest: ExportManifest): void =>
  save(`${name}.manifest.json`, new Blob([`${JSON.stringify(manifest, null, 2)}\n`], { type: 'application/json' }));

function save(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
