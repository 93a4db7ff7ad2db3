import { GeistMono } from 'geist/font/mono';
import { GeistSans } from 'geist/font/sans';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Notices } from '@/components/notify';
import { readTheme, THEME_COOKIE } from '@/components/theme-cookie';
import './globals.css';

export const metadata: Metadata = {
  title: { default: 'Toolgate: a policy gateway for MCP tools', template: '%s · Toolgate' },
  description:
    'Decide which MCP tools your agents may call, how often, and see every call. Exact limits, immediate revocation, a log that can be verified.',
};

export const viewport: Viewport = {
  colorScheme: 'light dark',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f9fafb' },
    { media: '(prefers-color-scheme: dark)', color: '#0d1014' },
  ],
};

export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = readTheme((await cookies()).get(THEME_COOKIE)?.value);
  return (
    <html lang="en" data-theme={theme} className={`${GeistSans.variable} ${GeistMono.variable}`}>
      <body className="min-h-dvh font-sans">
        {children}
        <Notices />
      </body>
    </html>
  );
}
