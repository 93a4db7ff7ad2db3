import { type NextRequest, NextResponse } from 'next/server';
import { getToken } from 'next-auth/jwt';
import { env } from './env';
import { PATH_HEADER } from './server/request-path';

/** Gives each page its Content-Security-Policy, and sends who is not signed in to the sign-in page: a convenience; `requireMember` is the check. */
export async function proxy(request: NextRequest): Promise<NextResponse> {
  const path = request.nextUrl.pathname + request.nextUrl.search;
  if (!isPublic(request.nextUrl.pathname) && !(await getToken({ req: request, secret: env().NEXTAUTH_SECRET }))) {
    return NextResponse.redirect(new URL(`/sign-in?from=${encodeURIComponent(path)}`, request.url));
  }
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(18))).toString('base64');
  const policy = contentSecurityPolicy(nonce);
  const headers = new Headers(request.headers);
  headers.set(PATH_HEADER, path);
  // Next finds the nonce in here and puts it on its own scripts.
  headers.set('content-security-policy', policy);
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy);
  return response;
}

const PUBLIC = new Set(['/', '/sign-in', '/sign-up', '/schema/policy.v1.json']);
const isPublic = (pathname: string): boolean => PUBLIC.has(pathname);

function contentSecurityPolicy(nonce: string): string {
  const isDevelopment = env().NODE_ENV !== 'production';
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ''}`,
    // Widths of meters, and the style sheets that the dialogs and the editor add, have no nonce.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDevelopment ? ' ws:' : ''}`,
    "worker-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

export const config = { matcher: ['/((?!api/|_next/|.*\\.(?:svg|ico|png|txt|webmanifest)$).*)'] };
