import { readApprovalMail } from '@toolgate/services/approval/read-mail';
import { readApprovalWebhook } from '@toolgate/services/approval/read-webhook';
import type { Actor } from '@toolgate/services/context';
import { may } from '@toolgate/services/permission';
import { env } from '@/env';
import { services } from '@/server/services';
import { MailPanel } from './mail-panel';
import { plain } from './plain';
import { WebhookPanel } from './webhook-panel';

/** Where requests for approval are told to besides the inbox. */
export async function Notifications({ org, actor }: { org: string; actor: Actor }) {
  const s = services();
  const [mail, webhook] = await Promise.all([readApprovalMail(s, actor), readApprovalWebhook(s, actor)]);
  const mayManage = may(actor, 'organization.manage');
  return (
    <div className="grid max-w-160 gap-8">
      <MailPanel org={org} mail={plain(mail)} from={env().MAIL_FROM ?? null} mayManage={mayManage} />
      <WebhookPanel org={org} webhook={plain(webhook)} mayManage={mayManage} />
    </div>
  );
}
