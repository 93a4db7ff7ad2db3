import 'server-only';
import { readCheckpoints, readSigningKeys } from '@toolgate/services/audit/checkpoint-read';
import type { Actor } from '@toolgate/services/context';
import { services } from '@/server/services';

/** Every signed checkpoint of the organization as JSON lines, oldest first, streamed. */
export function downloadCheckpoints(actor: Actor, slug: string): Response {
  const encoder = new TextEncoder();
  const reading = readCheckpoints(services(), actor)[Symbol.asyncIterator]();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await reading.next();
      if (done) controller.close();
      else controller.enqueue(encoder.encode(`${JSON.stringify(value)}\n`));
    },
    async cancel() {
      await reading.return?.();
    },
  });
  return new Response(body, { headers: attachment('application/jsonl; charset=utf-8', `${slug}-checkpoints.jsonl`) });
}

/** The public keys of the installation as PEM, the newest first. */
export async function downloadPublicKeys(): Promise<Response> {
  const { keys } = await readSigningKeys(services());
  if (keys.length === 0) return Response.json({ message: 'Nothing has been signed yet.' }, { status: 404 });
  return new Response(keys.map(({ publicKey }) => publicKey).join(''), {
    headers: attachment('application/x-pem-file', 'toolgate-public-key.pem'),
  });
}

const attachment = (type: string, name: string) => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${name}"`,
  'cache-control': 'no-store',
});
