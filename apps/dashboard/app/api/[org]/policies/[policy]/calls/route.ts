import type { NextRequest } from 'next/server';
import { askAsMember } from '@/features/audit/ask-as-member';
import { streamCalls } from '@/features/policy-builder/replay/stream-calls';

export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string; policy: string }> }) {
  const { org, policy } = await params;
  return askAsMember(org, (actor) => streamCalls(actor, policy, request.nextUrl.searchParams));
}
