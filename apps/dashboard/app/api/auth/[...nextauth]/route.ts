import NextAuth from 'next-auth';
import { authOptions } from '@/server/auth';

type Context = { params: Promise<{ nextauth: string[] }> };

// Built per request, not when the module is loaded: a build has no environment.
const handler = (request: Request, context: Context) => NextAuth(authOptions())(request, context);

export { handler as GET, handler as POST };
