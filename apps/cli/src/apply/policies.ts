import type { Actor, Services } from '@toolgate/services/context';
import { createPolicy } from '@toolgate/services/policy/create';
import { publishPolicy } from '@toolgate/services/policy/publish';
import { readPolicy } from '@toolgate/services/policy/read';
import { renamePolicy } from '@toolgate/services/policy/rename';
import { accepted } from '../failure.ts';
import type { ApplyDocument } from './document.ts';

/** Creates what is missing and publishes what differs. Gives the version in force of each. */
export async function applyPolicies(
  s: Services,
  actor: Actor,
  policies: ApplyDocument['policies'],
): Promise<{ slug: string; version: number }[]> {
  const applied: { slug: string; version: number }[] = [];
  for (const policy of policies) applied.push({ slug: policy.slug, version: await applyPolicy(s, actor, policy) });
  return applied;
}

async function applyPolicy(s: Services, actor: Actor, { slug, name, document }: ApplyDocument['policies'][number]): Promise<number> {
  const what = `policy "${slug}"`;
  const source = JSON.stringify(document, null, 2);
  const existing = await readPolicy(s, actor, slug);
  if (!existing) return accepted(await createPolicy(s, actor, { slug, name, source }), what).version;
  const policyId = existing.id;
  accepted(await renamePolicy(s, actor, { policyId, name }), what);
  // The same document with other spaces is no new version. Key order counts: it decides between equal globs.
  if (JSON.stringify(JSON.parse(existing.source)) === JSON.stringify(document)) return existing.currentVersion;
  return accepted(await publishPolicy(s, actor, { policyId, source }), what).version;
}
