/** What an approver reads: who wants what, and where to answer. Values of arguments are not in it, since they may be secrets. */
import type { ApprovalToMail } from '@toolgate/services/approval/to-mail';
import { oneLine } from '@toolgate/services/one-line';
import type { Mail } from './mailer.ts';

const MOST_NAMES = 12;

/** @param url of the request's page. */
export function approvalMail(approval: ApprovalToMail, url: string): Pick<Mail, 'subject' | 'text' | 'html'> {
  const [tool, grant, server] = [oneLine(approval.tool, 80), oneLine(approval.grant, 80), oneLine(approval.server, 40)];
  const lead = `${grant} wants to call ${tool} on ${server}. The policy lets this call pass only with a person's approval.`;
  const facts: [string, string][] = [
    ['Rule', oneLine(approval.message, 300)],
    ['Arguments', argumentsText(approval.argumentNames)],
    ['Approvals', approval.requiredApprovals === 1 ? 'one person' : `${approval.requiredApprovals} different people`],
    ['Until', `${approval.expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`],
  ];
  const foot = `You may answer for ${approval.organization} in Toolgate. Its owners and admins switch these e-mails off under Approvals, Notifications.`;
  return {
    subject: `Approval needed: ${tool} (${grant})`,
    text: [lead, facts.map(([name, value]) => `${name}: ${value}`).join('\n'), `Look at it and answer:\n${url}`, foot].join('\n\n'),
    html: htmlOf(lead, facts, url, foot),
  };
}

/** A name that could pass for text or for an address is counted, not shown: whoever makes the call chooses it. */
function argumentsText(names: string[] | null): string {
  if (names === null || names.length === 0) return names ? 'none' : 'shown in Toolgate';
  const shown = names.filter((name) => /^[A-Za-z_][\w-]{0,39}$/.test(name)).slice(0, MOST_NAMES);
  const more = names.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  return `${list} (names only; values can be secrets and are shown in Toolgate)`;
}

function htmlOf(lead: string, facts: [string, string][], url: string, foot: string): string {
  const cell = 'padding:2px 12px 2px 0;vertical-align:top';
  const rows = facts
    .map(([name, value]) => `<tr><td style="${cell};color:#666">${escaped(name)}</td><td style="${cell}">${escaped(value)}</td></tr>`)
    .join('');
  return [
    '<!doctype html><html lang="en"><body style="font:15px/1.5 system-ui,sans-serif;max-width:36em">',
    `<p>${escaped(lead)}</p><table style="border-collapse:collapse">${rows}</table>`,
    `<p><a href="${escaped(url)}">Look at it and answer</a></p><p style="color:#666;font-size:13px">${escaped(foot)}</p></body></html>`,
  ].join('');
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
