import type { NextRequest } from 'next/server';
import { askAsMember } from '@/features/audit/ask-as-member';
import { exportEvents } from '@/features/audit/export-events';

export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string }> }) {
  return askAsMember((await params).org, (actor, { slug }) => exportEvents(actor, slug, request.nextUrl.searchParams));
}
