import path from 'node:path';
import type { NextConfig } from 'next';

const root = path.resolve(import.meta.dirname, '../..');

export default {
  reactStrictMode: true,
  poweredByHeader: false,
  turbopack: { root },
  outputFileTracingRoot: root,
  // Workspace packages export their TypeScript source.
  transpilePackages: [
    '@toolgate/audit',
    '@toolgate/catalogue',
    '@toolgate/db',
    '@toolgate/jobs',
    '@toolgate/ledger',
    '@toolgate/policy',
    '@toolgate/services',
  ],
  serverExternalPackages: ['@node-rs/argon2', 'pg', '@prisma/adapter-pg', '@prisma/client', 'bullmq', 'ioredis'],
  devIndicators: false,
  // Arguments of server actions hold passwords and secrets.
  logging: { serverFunctions: false },
  // The Content-Security-Policy has a nonce per request: proxy.ts sets it.
  headers: async () => [
    {
      source: '/:path*',
      headers: [
        { key: 'X-Content-Type-Options', value: 'nosniff' },
        { key: 'Referrer-Policy', value: 'same-origin' },
        { key: 'X-Frame-Options', value: 'DENY' },
        { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
        { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=(), usb=()' },
      ],
    },
  ],
} satisfies NextConfig;
