'use server';
import { approveCall } from '@toolgate/services/approval/approve';
import { denyCall } from '@toolgate/services/approval/deny';
import { removeApprovalWebhook } from '@toolgate/services/approval/remove-webhook';
import { setApprovalMail } from '@toolgate/services/approval/set-mail';
import { setApprovalWebhook } from '@toolgate/services/approval/set-webhook';
import { testApprovalMail } from '@toolgate/services/approval/test-mail';
import { asMember } from '@/server/as-member';

export const approveAction = async (org: string, approvalId: string, mode: 'once' | 'fifteenMinutes') =>
  asMember(org, (s, actor) => approveCall(s, actor, { approvalId, mode }));

export const denyAction = async (org: string, approvalId: string, reason: string) =>
  asMember(org, (s, actor) => denyCall(s, actor, { approvalId, reason }));

export const setWebhookAction = async (org: string, url: string) => asMember(org, (s, actor) => setApprovalWebhook(s, actor, { url }));

export const removeWebhookAction = async (org: string) => asMember(org, (s, actor) => removeApprovalWebhook(s, actor));

export const setMailAction = async (org: string, enabled: boolean) => asMember(org, (s, actor) => setApprovalMail(s, actor, { enabled }));

export const testMailAction = async (org: string) => asMember(org, (s, actor) => testApprovalMail(s, actor));
