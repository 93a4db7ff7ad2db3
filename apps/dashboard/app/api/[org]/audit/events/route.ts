import type { NextRequest } from 'next/server';
import { askAsMember } from '@/features/audit/ask-as-member';
import { readEvents } from '@/features/audit/read-events';

export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string }> }) {
  return askAsMember((await params).org, (actor) => readEvents(actor, request.nextUrl.searchParams));
}
