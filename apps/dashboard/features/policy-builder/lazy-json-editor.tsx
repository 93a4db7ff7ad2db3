'use client';
import dynamic from 'next/dynamic';
import { Skeleton } from '@/components/ui/skeleton';

/** The JSON editor, fetched when it is first shown. */
export const LazyJsonEditor = dynamic(() => import('./json-editor.tsx'), {
  ssr: false,
  loading: () => (
    <div role="status" aria-label="Loading the editor" className="grid gap-2 p-4">
      {[50, 72, 64, 80, 40].map((width) => (
        <span key={width} style={{ width: `${width}%` }}>
          <Skeleton className="h-3" />
        </span>
      ))}
    </div>
  ),
});
