/** The JSON of a policy: its completion, and each problem at its place. */
import { expect, test } from '@playwright/test';
import { openPolicy, write } from './builder-page.ts';
import { apply, PASSWORD, unique } from './shared.ts';
import { signIn } from './sign-in.ts';

const organization = unique('json');
const email = `${organization}@example.com`;

test.beforeAll(async () => {
  await apply({
    organization: { slug: organization, name: 'JSON' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: ['json', 'words'].map((slug) => ({
      slug,
      name: slug,
      document: { version: '1', default: 'deny', tools: { image_to_image: {} } },
    })),
  });
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('the JSON is completed from the schema and the tools, and each error stands at its place', async ({ page }) => {
  await openPolicy(page, organization, 'json');
  const choices = page.locator('.cm-tooltip-autocomplete').getByRole('option');
  await write(page, '{"version":"1","default":"deny","tools":{}}');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.type('"');
  await expect(choices.filter({ hasText: 'generate_video' })).toBeVisible();
  await page.keyboard.type('gen');
  await expect(choices).toHaveCount(1);
  // Not while the choices for the last letter are being looked up.
  await expect(page.locator('.cm-tooltip-autocomplete-disabled')).toHaveCount(0);
  await page.keyboard.press('Enter');
  await page.keyboard.type('{"');
  await expect(choices.filter({ hasText: 'deny_if' })).toBeVisible();
  await page.keyboard.press('Escape');

  await write(page, '{\n  "version": "1",\n  "defualt": "deny",\n  "tools": { "image_to_image": { "limits": [{ "counter": "c" }] } }\n}');
  await expect(page.locator('.cm-lintRange-error').first()).toBeVisible();
  const problems = page.getByRole('group', { name: 'Problems' });
  await problems.getByRole('button', { name: /defualt.*line 3/ }).click();
  await expect(page.locator('.cm-marked-line').first()).toContainText('defualt');
  await expect(page.getByRole('button', { name: 'Publish policy' })).toBeDisabled();
});

test('warnings, conversions and what cannot be published are marked and listed with their lines', async ({ page }) => {
  await openPolicy(page, organization, 'words');
  await write(
    page,
    JSON.stringify(
      { version: '1', default: 'allow', tools: { image_to_image: { rate_limit: '5/hour' }, image_to_imagine: { action: 'deny' } } },
      null,
      2,
    ),
  );
  const problems = page.getByRole('group', { name: 'Problems' });
  await expect(problems.getByRole('button', { name: /^Warning: Every tool that is not named.*line 3$/ })).toBeVisible();
  await expect(problems.getByRole('button', { name: /^Read as: Read as the limit.*line 6$/ })).toBeVisible();
  await problems.getByRole('button', { name: /^Warning: The server has no tool "image_to_imagine".*line 8$/ }).click();
  await expect(page.locator('.cm-marked-line').first()).toContainText('image_to_imagine');
  await expect(page.locator('.cm-lintRange-warning').first()).toBeVisible();
  await expect(page.locator('.cm-lintRange-info').first()).toBeVisible();
});
