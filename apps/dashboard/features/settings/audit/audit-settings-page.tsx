import type { ChainHead } from '@toolgate/audit/chain';
import type { Checkpoint } from '@toolgate/audit/checkpoint';
import type { SigningKeys } from '@toolgate/services/audit/checkpoint-read';
import type { Retention } from '@toolgate/services/audit/retention-read';
import type { SinkRead } from '@toolgate/services/audit/sink-read';
import { PageHeader } from '@/components/ui/page-header';
import { SettingsSection } from '../settings-section';
import { SettingsTabs } from '../settings-tabs';
import { SinkList } from '../sinks/sink-list';
import { CaptureList, type CaptureServer } from './capture-list';
import { Proof } from './proof';

export interface AuditSettingsProps {
  org: string;
  sinks: SinkRead[];
  head: ChainHead | null;
  checkpoint: Checkpoint | null;
  keys: SigningKeys;
  retention: Retention;
  servers: CaptureServer[];
  mayForward: boolean;
  mayCapture: boolean;
}

export function AuditSettingsPage({ org, sinks, head, checkpoint, keys, retention, servers, mayForward, mayCapture }: AuditSettingsProps) {
  return (
    <>
      <PageHeader title="Settings" state="Where the audit log goes, how it is proved, and what it keeps." />
      <SettingsTabs org={org} current="/audit" />
      <div className="grid max-w-240 divide-y divide-line border-line border-b">
        <SettingsSection title="Forwarding" help="Every event, in order, at least once. A sink that was away gets what it missed.">
          <SinkList org={org} sinks={sinks} mayManage={mayForward} />
        </SettingsSection>
        <SettingsSection
          title="Proof"
          help="Signed statements of where the log stood. Kept somewhere else, they show whether what came before was rewritten."
        >
          <Proof org={org} head={head} checkpoint={checkpoint} keys={keys} />
        </SettingsSection>
        <SettingsSection title="Argument values" help="Off, the log keeps the names of arguments and a fingerprint of their values.">
          <CaptureList org={org} servers={servers} mayManage={mayCapture} />
        </SettingsSection>
        <SettingsSection title="Retention" help="Set by the operator of this installation, for every organization.">
          <RetentionText {...retention} />
        </SettingsSection>
      </div>
    </>
  );
}

function RetentionText({ months, droppedBefore, oldest }: Retention) {
  return (
    <p className="text-muted">
      {months === null
        ? 'Events are kept for ever.'
        : `Events are kept for ${months} whole ${months === 1 ? 'month' : 'months'}, then dropped a month at a time; the log says what was dropped.`}
      {droppedBefore && ` Dropped so far: everything before ${droppedBefore.slice(0, 10)}.`}
      {oldest && ` The oldest event here is number ${oldest.seq}, of ${oldest.at.slice(0, 10)}.`}
    </p>
  );
}
