import { resolveMember } from '@toolgate/services/organization/resolve-member';
import { approvalStream } from '@/server/approval-stream';
import { services } from '@/server/services';
import { readSession } from '@/server/session';

/** Says how many requests for approval wait, whenever something happens to one. */
export async function GET(request: Request, { params }: { params: Promise<{ org: string }> }): Promise<Response> {
  const session = await readSession();
  if (session.state !== 'active') return new Response('Sign in first.', { status: 401 });
  const member = await resolveMember(services(), { userId: session.user.id, slug: (await params).org });
  if (!member) return new Response('Not found.', { status: 404 });
  return new Response(approvalStream(member.actor, request.signal), {
    headers: { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' },
  });
}
