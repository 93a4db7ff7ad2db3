import type { NextRequest } from 'next/server';
import { askAsMember } from '@/features/audit/ask-as-member';
import { readBackground } from '@/features/audit/read-background';

export async function GET(_request: NextRequest, { params }: { params: Promise<{ org: string; seq: string }> }) {
  const { org, seq } = await params;
  return askAsMember(org, (actor) => readBackground(actor, seq));
}
