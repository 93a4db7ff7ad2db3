'use client';
import type { SinkRead } from '@toolgate/services/audit/sink-read';
import { Plus } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { SinkDialog } from './sink-dialog';
import { SinkRow } from './sink-row';

export function SinkList({ org, sinks, mayManage }: { org: string; sinks: SinkRead[]; mayManage: boolean }) {
  const [editing, setEditing] = useState<SinkRead | 'new' | null>(null);
  return (
    <div className="grid gap-3">
      {sinks.length === 0 ? (
        <p className="text-muted">Nothing is forwarded. Add a webhook, Splunk, an OpenTelemetry collector or a syslog receiver.</p>
      ) : (
        <ul className="panel divide-y divide-line">
          {sinks.map((sink) => (
            <SinkRow key={sink.id} org={org} sink={sink} mayManage={mayManage} onEdit={() => setEditing(sink)} />
          ))}
        </ul>
      )}
      {mayManage ? (
        <Button className="justify-self-start" onClick={() => setEditing('new')}>
          <Plus /> Add sink
        </Button>
      ) : (
        <p className="text-muted text-sm">An owner or admin can change this.</p>
      )}
      {editing && <SinkDialog org={org} sink={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </div>
  );
}
