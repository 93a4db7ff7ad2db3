import type { NextRequest } from 'next/server';
import { askAsMember } from '@/features/audit/ask-as-member';
import { readCounts } from '@/features/audit/read-counts';

export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string }> }) {
  return askAsMember((await params).org, (actor) => readCounts(actor, request.nextUrl.searchParams));
}
