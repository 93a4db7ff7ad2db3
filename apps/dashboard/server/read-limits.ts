import 'server-only';
import type { Actor } from '@toolgate/services/context';
import { readGrantUse, readPolicyUse } from '@toolgate/services/limit/read-use';
import { counters } from '@/server/counters';
import { services } from '@/server/services';

/** 503 while the ledger cannot be asked: then nothing is known, which is not the same as nothing used. */
export async function readLimits(actor: Actor, asked: URLSearchParams): Promise<Response> {
  const s = { ...services(), counters: counters() };
  const [policyId, grantId] = [asked.get('policy'), asked.get('grant')];
  try {
    const use = policyId ? await readPolicyUse(s, actor, { policyId }) : grantId ? await readGrantUse(s, actor, { grantId }) : null;
    if (!use) return Response.json({ message: 'Not found.' }, { status: 404 });
    return Response.json(use, { headers: { 'cache-control': 'no-store' } });
  } catch (error) {
    console.error('limits in use cannot be read:', error instanceof Error ? error.message : error);
    return Response.json({ message: 'The ledger cannot be asked.' }, { status: 503 });
  }
}
