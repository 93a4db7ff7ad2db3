/** The settings of the audit log: every state of the page and its dialogs in every look, all of it by keyboard, and what can be downloaded. */
import { readFileSync } from 'node:fs';
import { expect, type Page, test } from '@playwright/test';
import { pageFaults, untilAtRest } from './page-faults.ts';
import { apply, auditEvents, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

test.describe.configure({ mode: 'serial', timeout: 600_000 });

const organization = unique('audit-settings');
const email = `${organization}@example.com`;

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'Audit settings' },
    owner: { email, name: 'Ada Owner', password: PASSWORD },
    servers: [
      { slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' },
      { slug: 'everything', name: 'Everything that a server could be called in one long name', url: shared().everythingUrl },
    ],
    policies: [],
    grants: [],
  });
});

async function openSettings(page: Page): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${organization}/settings/audit`);
  await expect(page.getByRole('heading', { name: 'Forwarding' })).toBeVisible();
}

const dialog = (page: Page) => page.getByRole('dialog');
const sink = (page: Page, name: string) => page.getByRole('listitem').filter({ hasText: name });

/** Presses Tab until something has the focus. */
async function tabTo(page: Page, target: ReturnType<Page['getByRole']>): Promise<void> {
  for (let i = 0; i < 60; i++) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  await expect(target).toBeFocused();
}

test('by keyboard alone: a sink is added, tested, paused and removed, and focus is never lost', async ({ page }) => {
  await signIn(page, email);
  await openSettings(page);
  const add = page.getByRole('button', { name: 'Add sink' });
  await tabTo(page, add);
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(dialog(page)).toBeHidden();
  await expect(add).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, dialog(page).getByLabel('Name'));
  await page.keyboard.type('Security team');
  await tabTo(page, dialog(page).getByLabel('Address'));
  await page.keyboard.type('nowhere');
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
  await dialog(page).getByLabel('Address').fill(shared().everythingUrl);
  // Enter does nothing while the first answer is still under way.
  await expect(dialog(page).getByRole('button', { name: 'Add sink' })).toBeEnabled();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'The signing secret' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'The signing secret' })).toBeVisible();
  await tabTo(page, dialog(page).getByRole('button', { name: 'Copy signing secret' }));
  // Whoever reads the tooltip first gets on as well.
  await expect(page.getByRole('tooltip')).toBeVisible();
  await untilAtRest(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('button', { name: 'I have stored it' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(dialog(page)).toBeHidden();
  const row = sink(page, 'Security team');
  await expect(row).toBeVisible();
  await tabTo(page, row.getByRole('button', { name: 'Send test event' }));
  await page.keyboard.press('Enter');
  await expect(row.getByText('The test failed')).toBeVisible();
  await tabTo(page, row.getByRole('button', { name: /^(Pause|Try now)/ }).first());
  await tabTo(page, row.getByRole('button', { name: /^Remove/ }));
  await page.keyboard.press('Enter');
  await expect(dialog(page).getByRole('button', { name: 'Cancel' })).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(row.getByRole('button', { name: /^Remove/ })).toBeFocused();
  await page.keyboard.press('Enter');
  await tabTo(page, dialog(page).getByRole('button', { name: 'Remove sink' }));
  await page.keyboard.press('Enter');
  await expect(row).toBeHidden();
  await expect
    .poll(
      async () => (await auditEvents(organization)).map(({ action }) => action).filter((action) => String(action).startsWith('sink.')),
      {
        timeout: 120_000,
      },
    )
    .toEqual(expect.arrayContaining(['sink.create', 'sink.remove']));
});

test('what proves the log can be downloaded: the checkpoints and the key that signed them', async ({ page }) => {
  await signIn(page, email);
  await expect(async () => {
    await openSettings(page);
    await expect(page.getByRole('link', { name: 'Download checkpoints' })).toBeVisible({ timeout: 2_000 });
  }).toPass({ timeout: 400_000 });
  for (const [name, content] of [
    ['Download checkpoints', /"keyId":.*"signature":/],
    ['Download public key', /^-----BEGIN PUBLIC KEY-----/],
  ] as const) {
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    expect(readFileSync(await download.path(), 'utf8')).toMatch(content);
  }
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 320])
    test(`${colorScheme}, ${width} px: no accessibility fault in any state, dialogs open`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      const page = await context.newPage();
      const faults: string[] = [];
      const look = async (what: string, fullPage = false) =>
        faults.push(...(await pageFaults(page, `audit-settings-${what}-${colorScheme}-${width}`, { fullPage })));
      await signIn(page, email);
      await openSettings(page);
      await look('page', true);
      await page.getByRole('switch', { name: 'Keep argument values of WavespeedMCP' }).click();
      await look('capture');
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await page.getByRole('button', { name: 'Add sink' }).click();
      await look('add-webhook');
      await dialog(page).getByLabel('Kind').selectOption('otlp');
      await dialog(page).getByRole('button', { name: 'Add sink' }).click();
      await expect(dialog(page).getByLabel('Address')).toHaveAttribute('aria-invalid', 'true');
      await look('add-otlp-refused');
      await dialog(page).getByLabel('Kind').selectOption('webhook');
      await dialog(page).getByLabel('Name').fill(`Receiver ${colorScheme} ${width}`);
      await dialog(page).getByLabel('Address').fill(shared().everythingUrl);
      await dialog(page).getByRole('button', { name: 'Add sink' }).click();
      await expect(page.getByRole('dialog', { name: 'The signing secret' })).toBeVisible();
      await look('secret');
      await page.getByRole('button', { name: 'I have stored it' }).click();
      const row = sink(page, `Receiver ${colorScheme} ${width}`);
      await row.getByRole('button', { name: 'Send test event' }).click();
      await expect(row.getByText('The test failed')).toBeVisible();
      await row.getByRole('button', { name: /^Edit/ }).click();
      await look('edit');
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await row.getByRole('button', { name: /^Remove/ }).click();
      await look('remove');
      await dialog(page).getByRole('button', { name: 'Cancel' }).click();
      await look('sinks', true);
      expect(faults).toEqual([]);
      await context.close();
    });
