/** The argument values of a call to a server that captures them: redacted, then sealed for this event, before they go anywhere. */
import { createHash } from 'node:crypto';
import type { AuditFacts } from '@toolgate/audit/event';
import { redact } from '@toolgate/audit/redact';
import { captureKey, sealCapture } from '@toolgate/services/audit/capture-seal';
import type { OrganizationEntry } from '../directory/entries.ts';

type Captured = Pick<AuditFacts['detail'], 'captured'>;

/** Nothing when the organization's key cannot be opened: better no values than values in the clear. */
export function capturedArguments(organization: OrganizationEntry, eventId: string, args: Record<string, unknown>): Captured {
  const key = keyOf(organization);
  if (!key) return {};
  const { text, redacted, truncated } = redact(args);
  const sealed = sealCapture(key, organization.id, eventId, text);
  const sha256 = createHash('sha256').update(sealed).digest('hex');
  return { captured: { sha256, bytes: Buffer.byteLength(text), redacted, truncated, sealed: sealed.toString('base64') } };
}

const keys = new WeakMap<OrganizationEntry, Buffer>();

function keyOf(organization: OrganizationEntry): Buffer | null {
  const { argumentKey, id } = organization;
  if (!argumentKey) return null;
  const known = keys.get(organization);
  if (known) return known;
  const key = captureKey(argumentKey.export(), id);
  keys.set(organization, key);
  return key;
}
