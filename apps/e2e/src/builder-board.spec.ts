/** The rules of a policy as cards of a board. */
import { expect, type Locator, type Page, test } from '@playwright/test';
import { drafted, openPolicy } from './builder-page.ts';
import { pageFaults } from './page-faults.ts';
import { apply, PASSWORD, unique } from './shared.ts';
import { signIn } from './sign-in.ts';

const organization = unique('board');
const email = `${organization}@example.com`;

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Board' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['board'].map((slug) => ({ slug, name: slug, document: { version: '1', default: 'deny', tools: { image_to_image: {} } } })),
  });
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('cards of the board are moved by keys, by menu and by dragging, and every move can be undone', async ({ page }) => {
  await openPolicy(page, organization, 'board');
  await page.getByRole('radiogroup', { name: 'Rules as' }).getByRole('radio', { name: 'Board' }).click();
  const column = (name: string) => page.getByRole('group', { name: 'Board' }).getByRole('region', { name });
  const card = page.getByRole('button', { name: 'image_to_image', exact: true });
  await expect(column('Allow').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
  await card.focus();
  await page.keyboard.press('2');
  await expect(column('Limit').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
  await column('Limit').getByRole('button', { name: 'Move image_to_image' }).click();
  await page.getByRole('menuitem', { name: /Hide/ }).click();
  await expect(column('Hide').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
  await drag(page, column('Deny').getByRole('listitem').filter({ hasText: 'generate_video' }), column('Approve'));
  await expect(column('Approve').getByRole('button', { name: 'generate_video', exact: true })).toBeVisible();
  await drag(page, column('Approve').getByRole('listitem').filter({ hasText: 'generate_video' }), column('Allow'));
  await expect(column('Allow').getByRole('button', { name: 'generate_video', exact: true })).toBeVisible();
  await expect.poll(async () => Object.keys((await drafted(page)).tools)).toContain('generate_video');
  await column('Allow').getByRole('button', { name: 'generate_video', exact: true }).click();
  await expect(page.getByRole('complementary', { name: 'generate_video' }).getByRole('button', { name: 'Requirement' })).toBeVisible();
  expect(await pageFaults(page, 'board')).toEqual([]);
  await page.keyboard.press('Escape');
  for (let undone = 0; undone < 4; undone++) await page.getByRole('button', { name: 'Undo' }).click();
  await expect(column('Allow').getByRole('button', { name: 'image_to_image', exact: true })).toBeVisible();
});

/** By hand: what a drag is over is told only when the pointer moves there. */
async function drag(page: Page, from: Locator, to: Locator): Promise<void> {
  await to.scrollIntoViewIfNeeded();
  await from.hover();
  await page.mouse.down();
  await to.hover({ position: { x: 30, y: 12 } });
  await to.hover({ position: { x: 34, y: 14 } });
  await page.mouse.up();
}
