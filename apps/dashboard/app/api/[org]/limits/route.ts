import type { NextRequest } from 'next/server';
import { askAsMember } from '@/features/audit/ask-as-member';
import { readLimits } from '@/server/read-limits';

/** How far the limits of `?policy=id` or of `?grant=id` are used. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string }> }) {
  return askAsMember((await params).org, (actor) => readLimits(actor, request.nextUrl.searchParams));
}
