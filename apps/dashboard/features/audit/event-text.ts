import type { AuditEvent } from '@toolgate/audit/event';

/** The line of the policy that decided: of an allowed call the rule that let it pass, which its trace names first. */
export const decidingRule = (event: AuditEvent): string | null =>
  event.rule ?? event.detail.trace?.find(({ rule }) => rule !== undefined)?.rule ?? null;

/** Where a rule is: `v3 /tools/run_model/limits/0`, or the code when no line of a document refused it. */
export function ruleText(event: AuditEvent): string {
  const rule = decidingRule(event);
  if (rule !== null && event.policyVersion !== null) return `v${event.policyVersion} ${rule || '/'}`;
  return event.code === 'allowed' ? '' : (event.code ?? '');
}

/** The page that shows the version that decided, with the line marked. Null when no document decided. */
export function ruleHref(organization: string, event: AuditEvent, policySlug: string | null): string | null {
  if (!policySlug || event.policyVersion === null) return null;
  const page = `/${organization}/policies/${policySlug}/versions/${event.policyVersion}`;
  const rule = decidingRule(event);
  return rule === null ? page : `${page}?rule=${encodeURIComponent(rule)}`;
}

/** A duration in milliseconds, as short as a column: `410 ms`, `2.4 s`, `3 min`. Empty when unknown. */
export function durationText(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 1000) return `${ms} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${Math.round(ms / 60_000)} min`;
}

/** A size in bytes: `812 B`, `3.4 KB`, `1.2 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** What each change did, in words. */
const CHANGES: Record<string, string> = {
  'approval.approve': 'Call approved',
  'approval.deny': 'Approval refused',
  'approval.remove_webhook': 'Webhook of approvals removed',
  'approval.set_mail': 'E-mails about approvals switched',
  'approval.set_webhook': 'Webhook of approvals set',
  'approval.test_mail': 'Test e-mail asked for',
  'audit.export': 'Export of the audit log begun',
  'audit.export_end': 'Audit log exported',
  'audit.read_capture': 'Captured arguments read',
  'audit.read_captures': 'Captured arguments read for a replay',
  'audit.remove_view': 'Saved view removed',
  'audit.retention': 'Old events dropped',
  'audit.save_view': 'View saved',
  'grant.create': 'Grant created',
  'grant.pause': 'Grant paused',
  'grant.resume': 'Grant resumed',
  'grant.revoke': 'Grant revoked',
  'grant.rotate': 'Token of a grant rotated',
  'grant.set_servers': 'Servers of a grant changed',
  'member.make_owner': 'Member made an owner',
  'organization.create': 'Organization created',
  'organization.pause': 'Everything paused',
  'organization.rename': 'Organization renamed',
  'organization.resume': 'Everything resumed',
  'policy.add_test': 'Test added to a policy',
  'policy.create': 'Policy created',
  'policy.discard_shadow': 'Version in shadow discarded',
  'policy.end_shadow': 'Version in shadow put in force',
  'policy.publish': 'Policy published',
  'policy.publish_scheduled': 'Scheduled version published',
  'policy.remove': 'Policy removed',
  'policy.remove_test': 'Test removed from a policy',
  'policy.rename': 'Policy renamed',
  'policy.restore': 'Policy version restored',
  'policy.shadow': 'Policy version put in shadow',
  'policy.shadow_blocked': 'Version in shadow held back by its tests',
  'server.discover': 'Tools listed',
  'server.pause': 'Server paused',
  'server.rediscover': 'Tools asked for again',
  'server.register': 'Server added',
  'server.remove': 'Server removed',
  'server.remove_header': 'Secret removed',
  'server.rename': 'Server renamed',
  'server.resume': 'Server resumed',
  'server.set_capture': 'Capture of arguments changed',
  'server.set_header': 'Secret set',
  'server.set_url': 'Address of a server changed',
  'sink.change': 'Forwarding changed',
  'sink.create': 'Forwarding set up',
  'sink.pause': 'Forwarding paused',
  'sink.remove': 'Forwarding removed',
  'sink.resume': 'Forwarding resumed',
  'sink.test': 'Forwarding tested',
  'tool.accept': 'Tool accepted',
  'tool.keep': 'Tool kept in quarantine',
  'tool.override_category': 'Category of a tool changed',
};

/** What a change did, in words: `policy.publish` of “Default” → `Policy published: Default`. */
export function changeText(event: AuditEvent): string {
  const words = CHANGES[event.action ?? ''] ?? event.action ?? 'Change';
  const name = event.detail.target?.name;
  return name ? `${words}: ${name}` : words;
}

/** For a screen reader and the page title: who called what, and what was decided. */
export function eventSentence(event: AuditEvent): string {
  if (event.kind === 'change') return `${changeText(event)}, by ${event.actor ?? 'unknown'}`;
  return [
    event.decision ?? 'unknown',
    event.tool ?? event.method ?? 'request',
    event.server && `on ${event.server}`,
    event.grant && `by ${event.grant}`,
  ]
    .filter(Boolean)
    .join(' ');
}
