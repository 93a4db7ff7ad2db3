import { askAsMember } from '@/features/audit/ask-as-member';
import { downloadCheckpoints } from '@/features/settings/audit/download-proof';

export async function GET(_: Request, { params }: { params: Promise<{ org: string }> }) {
  return askAsMember((await params).org, async (actor, { slug }) => downloadCheckpoints(actor, slug));
}
