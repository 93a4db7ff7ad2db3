/** The inbox of approvals and the banner of a pause on a phone, a tablet and a desk, light and dark. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, type Page, test } from '@playwright/test';
import { pageFaults } from './page-faults.ts';
import { apply, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

const organization = unique('inbox');
const email = `${organization}@example.com`;
let agent: Client;
let calls: Promise<unknown>[];

test.beforeAll(async () => {
  const document = {
    version: '1',
    default: 'deny',
    tools: {
      'get-sum': {
        approve_if: [{ conditions: [{ path: 'args.a', op: 'gt', value: 100 }], message: 'Ann looks at large sums.', timeout: '1h' }],
      },
      echo: { approve_if: [{ conditions: [], timeout: '2h' }] },
    },
  };
  const applied = await apply({
    organization: { slug: organization, name: 'Acme' },
    owner: { email, name: 'Ann', password: PASSWORD },
    servers: [{ slug: 'everything', name: 'Everything', url: shared().everythingUrl }],
    policies: [{ slug: 'asked', name: 'Asked', document }],
    grants: ['claude-ci', 'cursor-laptop'].map((label) => ({ label, servers: [{ server: 'everything', policy: 'asked' }] })),
  });
  agent = await connect(applied.servers[0]?.url ?? '', applied.grants[0]?.token ?? '');
  const asked = [
    ['get-sum', { a: 1200, b: 34 }],
    ['echo', { message: 'Please publish the release notes of version 4.' }],
  ] as const;
  calls = asked.map(([name, args]) => agent.callTool({ name, arguments: args }, undefined, { timeout: 600_000 }).catch(() => null));
});
test.afterAll(async () => {
  await agent?.close();
  await Promise.all(calls ?? []);
});

test('the inbox, one request and the banner of a pause: no accessibility fault, nothing beside the window', async ({ page }) => {
  await signIn(page, email);
  const found: string[] = [];
  const each = async (name: string, open: () => Promise<void>) => {
    for (const colorScheme of ['light', 'dark'] as const)
      for (const [width, height] of SIZES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height });
        await open();
        await expect(page).toHaveTitle(/./);
        found.push(...(await pageFaults(page, `${name}-${colorScheme}-${width}`)));
      }
  };
  const waiting = page.getByRole('list', { name: 'Waiting' }).getByRole('link');
  const inbox = async () => {
    await visit(page, `${shared().dashboardUrl}/${organization}/approvals`);
    await expect(waiting).toHaveCount(2);
  };
  await each('approvals-inbox', inbox);
  await each('approvals-one', async () => {
    await inbox();
    await waiting.filter({ hasText: 'get-sum' }).click();
    await page.waitForURL(/approvals\/[0-9a-f-]{36}$/);
    await expect(page.getByRole('group', { name: 'Arguments' })).toBeVisible();
  });
  await pauseGrant(page, 'cursor-laptop');
  await each('pause-banner', async () => {
    await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
    await expect(page.getByRole('status', { name: 'Paused' })).toContainText('It asks too often.');
  });
  expect(found).toEqual([]);
});

const SIZES = [
  [1440, 900],
  [768, 1024],
  [320, 640],
] as const;

async function pauseGrant(page: Page, label: string): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
  await page.getByRole('link', { name: label }).first().click();
  await page.getByRole('button', { name: 'Pause grant' }).click();
  const banner = page.getByRole('status', { name: 'Paused' });
  await banner.getByRole('button', { name: 'Say why' }).click();
  await page.getByLabel('Reason').fill('It asks too often.');
  await page.getByRole('button', { name: 'Save reason' }).click();
  await expect(banner).toContainText('It asks too often.');
}
