/** From a call in the log to the policy that decides about the next one. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, type Page, test } from '@playwright/test';
import { apply, CAPPED, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

test.describe.configure({ mode: 'serial' });

const organization = unique('next-time');
const email = `${organization}@example.com`;
let agent: Client;

test.beforeAll(async () => {
  const applied = await apply({
    organization: { slug: organization, name: 'Next time' },
    owner: { email, name: 'Ada Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [{ slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) }],
    grants: [{ label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'capped' }] }],
  });
  agent = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
  await agent.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'a tide' } });
  await agent.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt: 'a tide' } });
});
test.afterAll(() => agent?.close());

const drawer = (page: Page) => page.getByRole('complementary', { name: /^Event \d+$/ });
const link = (page: Page, name: string) => drawer(page).getByRole('link', { name });

/** The newest event of a tool, opened; its number. */
async function openEvent(page: Page, tool: string): Promise<string> {
  await visit(page, `${shared().dashboardUrl}/${organization}/audit?q=tool:${tool}`);
  const row = page.locator('tr[data-seq]').first();
  await row.getByRole('button').click();
  await expect(drawer(page).getByText(/The hash fits/)).toBeVisible();
  return (await row.getAttribute('data-seq')) as string;
}

test('a denied call leads to its tool’s rule, and to a try of this very call; nothing is saved on the way', async ({ page }) => {
  await signIn(page, email);
  const seq = await openEvent(page, 'generate_video');
  await expect(link(page, 'Simulate with today’s policy')).toHaveAttribute('href', `/${organization}/policies/capped?call=${seq}`);
  const allow = link(page, 'Allow this next time…');
  await expect(allow).toHaveAttribute('href', `/${organization}/policies/capped?allow=generate_video&call=${seq}`);
  await expect(drawer(page).getByText('Nothing changes before you publish.')).toBeVisible();
  await allow.click();
  await page.waitForURL((url) => url.pathname.endsWith('/policies/capped'));
  await expect(page.getByRole('heading', { name: 'Capped', level: 1 })).toBeVisible();
  // Back, the event is still open.
  await page.goBack();
  await link(page, 'Simulate with today’s policy').click();
  await page.waitForURL((url) => url.pathname.endsWith('/policies/capped'));
  expect(await agent.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'a tide' } })).toMatchObject({ isError: true });
});

test('an allowed call can be tried again, and there is nothing to allow', async ({ page }) => {
  await signIn(page, email);
  await openEvent(page, 'image_to_image');
  await expect(link(page, 'Simulate with today’s policy')).toBeVisible();
  await expect(link(page, 'Allow this next time…')).toBeHidden();
});

test('when the grant is revoked, no policy decides any more, and the event says so', async ({ page }) => {
  await signIn(page, email);
  await visit(page, `${shared().dashboardUrl}/${organization}/grants`);
  await page.getByRole('link', { name: 'cursor-laptop' }).first().click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Revoke grant' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke grant' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await openEvent(page, 'generate_video');
  await expect(drawer(page).getByText('Grant cursor-laptop is revoked, so no policy decides about its calls any more.')).toBeVisible();
  await expect(link(page, 'Simulate with today’s policy')).toBeHidden();
  await expect(link(page, 'Allow this next time…')).toBeHidden();
});
