/** Limits in use, as the policy and the grant show them while an agent calls. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, test } from '@playwright/test';
import { apply, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

const organization = unique('limits');
const email = `${organization}@example.com`;
let agent: Client;
let other: Client;

test.beforeAll(async () => {
  // Of a window that outlives these tests on any machine.
  const limits = [{ counter: 'image_to_image_rate', window: 'hour', max: 30, scope: 'grant' }, { concurrency: 4 }];
  const applied = await apply({
    organization: { slug: organization, name: 'Limits' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [{ slug: 'images', name: 'Images', document: { version: '1', default: 'deny', tools: { image_to_image: { limits } } } }],
    grants: ['cursor-laptop', 'ci'].map((label) => ({ label, servers: [{ server: 'wavespeed', policy: 'images' }] })),
  });
  const token = (label: string) => applied.grants.find((grant) => grant.label === label)?.token ?? '';
  agent = await connect(applied.gatewayUrl, token('cursor-laptop'));
  other = await connect(applied.gatewayUrl, token('ci'));
});
test.afterAll(async () => {
  await agent?.close();
  await other?.close();
});

test('a limit says how far it is used, by whom, and when the next call is free, while calls are made', async ({ page }) => {
  await signIn(page, email);
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/images`);
  const row = page.getByRole('listitem').filter({ has: page.getByRole('checkbox', { name: 'Select image_to_image' }) });
  await expect(row.getByText('nothing used now')).toBeVisible();
  await expect(row.getByText('no call is running')).toBeVisible();
  await expect(page.getByText(/^limits live/)).toBeVisible();
  await calls(agent, 12);
  await expect(row.getByText(/^12 of 30 used by cursor-laptop, next free in \d+ min$/)).toBeVisible();
  await calls(other, 3);
  await expect(row.getByText(/^12 of 30 used by cursor-laptop, next free in \d+ min; 1 more grant with less$/)).toBeVisible();
  await calls(agent, 1);
  await expect(row.getByText(/^13 of 30 used by cursor-laptop/)).toBeVisible();

  await row.getByRole('button', { name: 'Open the rule of image_to_image' }).click();
  await expect(row.getByText(/^3 of 30 used by ci, next free in/)).toBeVisible();
  // Another window is another counter, of which nothing is known.
  await row.getByLabel('Window of the limit of image_to_image').selectOption('day');
  await expect(row.getByText(/of 30 used/)).toHaveCount(0);
  await row.getByLabel('Window of the limit of image_to_image').selectOption('hour');
  await row.getByLabel('Most calls of image_to_image', { exact: true }).fill('20');
  await expect(row.getByText(/^13 of 20 used by cursor-laptop/)).toBeVisible();
});

test('a grant shows its own limits in use as meters', async ({ page }) => {
  await signIn(page, email);
  await calls(agent, 1);
  await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
  await page.getByRole('link', { name: 'cursor-laptop' }).first().click();
  const panel = page.getByRole('region', { name: 'Limits in use' });
  const meter = panel.getByRole('meter', { name: 'image_to_image' }).first();
  // Whether the test above was run or not.
  await expect.poll(async () => Number(await meter.getAttribute('aria-valuenow'))).toBeGreaterThan(0);
  const before = Number(await meter.getAttribute('aria-valuenow'));
  await expect(panel.getByText(/at most 30 calls per hour per grant/)).toBeVisible();
  await calls(agent, 2);
  await expect.poll(async () => Number(await meter.getAttribute('aria-valuenow'))).toBe(before + 2);
  await panel.getByRole('link', { name: /at most 30 calls/ }).click();
  await expect(page.locator('.cm-marked-line').filter({ hasText: 'image_to_image_rate' })).toBeVisible();
});

async function calls(client: Client, count: number): Promise<void> {
  const args = { prompt: 'a gate', images: ['https://example.com/a.png'], image: 'https://example.com/a.png' };
  for (let call = 0; call < count; call++) await client.callTool({ name: 'image_to_image', arguments: args });
}
