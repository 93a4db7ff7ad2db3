import { listCapture } from '@toolgate/services/audit/capture-setting';
import { readChainState, readSigningKeys } from '@toolgate/services/audit/checkpoint-read';
import { readRetention } from '@toolgate/services/audit/retention-read';
import { listSinks } from '@toolgate/services/audit/sink-read';
import { may } from '@toolgate/services/permission';
import type { Metadata } from 'next';
import { AuditSettingsPage } from '@/features/settings/audit/audit-settings-page';
import { services } from '@/server/services';
import { requireMember } from '@/server/session';

export const metadata: Metadata = { title: 'Audit log settings' };

export default async function Page({ params }: { params: Promise<{ org: string }> }) {
  const { actor, organization } = await requireMember((await params).org);
  const s = services();
  const [sinks, { head, checkpoint }, keys, retention, servers] = await Promise.all([
    listSinks(s, actor),
    readChainState(s, actor),
    readSigningKeys(s),
    readRetention(s, actor),
    listCapture(s, actor),
  ]);
  const mine = { mayForward: may(actor, 'audit.forward'), mayCapture: may(actor, 'audit.capture') };
  return <AuditSettingsPage org={organization.slug} {...{ sinks, head, checkpoint, keys, retention, servers, ...mine }} />;
}
