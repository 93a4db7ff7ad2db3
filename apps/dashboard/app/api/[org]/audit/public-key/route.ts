import { askAsMember } from '@/features/audit/ask-as-member';
import { downloadPublicKeys } from '@/features/settings/audit/download-proof';

export async function GET(_: Request, { params }: { params: Promise<{ org: string }> }) {
  return askAsMember((await params).org, () => downloadPublicKeys());
}
