/** The main job, as a person and their agent do it: from sign-up to a revoked grant. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, type Page, test } from '@playwright/test';
import { keepNotices } from './keep-notices.ts';
import { CAPPED, connect, PASSWORD, shared, unique } from './shared.ts';
import { visit } from './visit.ts';

/** Signs up and gives the organization's slug, which the address shows. */
async function signUp(page: Page): Promise<string> {
  const name = unique('Nadia Agents');
  await visit(page, `${shared().dashboardUrl}/sign-up`);
  await page.getByLabel('Name').fill(name);
  await page.getByLabel('E-mail').fill(`${name.replace(/\W/g, '.')}@example.com`);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.waitForURL(/\/get-started$/);
  return new URL(page.url()).pathname.split('/')[1] as string;
}

async function addWavespeed(page: Page, org: string): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${org}/servers/new`);
  await page.getByRole('button', { name: /WavespeedMCP.*no key/ }).click();
  await page.getByRole('button', { name: 'Add server' }).click();
  await page.waitForURL(/\/servers\/(?!new)[^/]+$/);
  for (const tool of ['text_to_image', 'image_to_image', 'generate_video'])
    await expect(page.getByText(tool, { exact: true }).first()).toBeVisible({ timeout: 120_000 });
}

async function pastePolicy(page: Page, org: string): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${org}/policies/new`);
  await page.getByLabel('Name').fill('Capped');
  await page.getByRole('radio', { name: /Paste JSON/ }).check();
  await page.getByRole('textbox', { name: 'Policy document' }).fill(CAPPED);
  await page.getByRole('button', { name: 'Create policy' }).click();
  await page.waitForURL(/\/policies\/capped/);
  await expect(page.getByText('Version 1, in force')).toBeVisible();
}

/** Gives the address and the token as a person would: by copying what the pages show. */
async function createGrant(page: Page, org: string): Promise<{ url: string; token: string }> {
  await visit(page, `${shared().dashboardUrl}/${org}/grants/new`);
  await page.getByLabel('Label').fill('cursor-laptop');
  await page.getByRole('checkbox', { name: /wavespeed/i }).check();
  await page.getByRole('button', { name: 'Create grant' }).click();
  const token = (await page.getByLabel('Token', { exact: true }).textContent()) as string;
  await expect(page.getByRole('button', { name: 'Continue to connect' })).toBeDisabled();
  await page.getByRole('checkbox', { name: 'I have stored it' }).check();
  await page.getByRole('button', { name: 'Continue to connect' }).click();
  await page.waitForURL(/\/grants\/[^/]+$/);
  await expect(page.getByRole('heading', { name: 'Waiting for the first call' })).toBeVisible();
  const snippet = await page
    .getByText(/claude mcp add/)
    .first()
    .textContent();
  return { url: /https?:\/\/\S+\/mcp/.exec(snippet ?? '')?.[0] as string, token: token.trim() };
}

const callImage = (client: Client, prompt: string) =>
  client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt } });

test('sign up, add a server, paste a policy, grant, call 31 times, read the audit log, revoke', async ({ page, context }) => {
  await keepNotices(page);
  const org = await signUp(page);
  await addWavespeed(page, org);
  await pastePolicy(page, org);
  const { url, token } = await createGrant(page, org);
  expect(url).toBe(`${shared().gatewayUrl}/${org}/mcp`);
  expect(token).toMatch(/^tg_[0-9A-Za-z]+$/);

  const audit = await context.newPage();
  await visit(audit, `${shared().dashboardUrl}/${org}/audit?q=kind:call`);

  const client = await connect(url, token);
  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual(['image_to_image']);
  // At once: one after the other they may take a slow machine longer than the minute of the limit.
  const results = await Promise.all(Array.from({ length: 30 }, (_, i) => callImage(client, `a lighthouse, number ${i + 1}`)));
  for (const [i, result] of results.entries()) {
    const image = (result.content as { type: string; data?: string }[]).find(({ type }) => type === 'image');
    expect(
      Buffer.from(image?.data ?? '', 'base64')
        .subarray(1, 4)
        .toString(),
      `call ${i + 1}`,
    ).toBe('PNG');
  }
  const limited = await callImage(client, 'one too many');
  expect(limited.isError).toBe(true);
  expect((limited.content as { text: string }[])[0]?.text).toMatch(
    /^\[POLICY DENIED\] image_to_image is limited to 30 calls per minute per grant; try again in \d+ s\.$/,
  );
  expect(limited._meta?.['toolgate/decision']).toMatchObject({
    code: 'limit_reached',
    rule: '/tools/image_to_image/limits/0',
    policyVersion: 1,
    retryable: true,
    retryAfterMs: expect.any(Number),
    limit: { counter: 'image_to_image_rate', max: 30, remaining: 0 },
  });
  const denied = await client.callTool({ name: 'text_to_image', arguments: { prompt: 'x' } });
  expect(denied).toMatchObject({ isError: true, _meta: { 'toolgate/decision': { code: 'default_deny', retryable: false } } });

  // The connect page has turned green, and the audit page shows everything, neither having been reloaded.
  await expect(page.getByRole('heading', { name: 'It works' })).toBeVisible();
  await expect(audit.getByRole('button', { name: /Open event/ })).toHaveCount(32);
  const rows = audit.getByRole('row');
  await expect(rows.filter({ hasText: 'limited' })).toHaveCount(1);
  await expect(rows.filter({ hasText: 'text_to_image' }).filter({ hasText: 'denied' })).toHaveCount(1);

  await rows.filter({ hasText: 'limited' }).click();
  await expect(audit.getByText('is limited to 30 calls per minute per grant', { exact: false }).first()).toBeVisible();
  await audit
    .getByRole('link', { name: /\/tools\/image_to_image\/limits\/0/ })
    .first()
    .click();
  await audit.waitForURL(/\/policies\/capped\/versions\/1/);

  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Revoke grant' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke grant' }).click();
  await expect(page.getByText('Grant revoked')).toBeVisible();
  await expect(callImage(client, 'after the revocation')).rejects.toMatchObject({ code: 401 });
});

test('a policy edited in the table is in force for the next call of an open session', async ({ page }) => {
  await keepNotices(page);
  const org = await signUp(page);
  await addWavespeed(page, org);
  await pastePolicy(page, org);
  const { url, token } = await createGrant(page, org);
  const client = await connect(url, token);
  expect((await callImage(client, 'before')).isError).toBeFalsy();
  await visit(page, `${shared().dashboardUrl}/${org}/policies/capped`);
  await page
    .getByRole('radiogroup', { name: /image_to_image/ })
    .getByRole('radio', { name: 'Deny' })
    .click();
  await page.getByRole('button', { name: 'Publish policy' }).click();
  await page.getByRole('button', { name: 'Publish version 2' }).click();
  await expect(page.getByText('Version 2 is in force')).toBeVisible();
  expect(await callImage(client, 'after')).toMatchObject({
    isError: true,
    _meta: { 'toolgate/decision': { code: 'denied', policyVersion: 2 } },
  });
});

test('wrong passwords, taken addresses and foreign organizations are told or hidden', async ({ page, browser }) => {
  const org = await signUp(page);
  const { dashboardUrl } = shared();
  const email = `${unique('twice')}@example.com`;
  const other = await (await browser.newContext()).newPage();
  for (const attempt of [1, 2]) {
    await visit(other, `${dashboardUrl}/sign-up`);
    await other.getByLabel('Name').fill('Twice');
    await other.getByLabel('E-mail').fill(email);
    await other.getByLabel('Password').fill(PASSWORD);
    await other.getByRole('button', { name: 'Create account' }).click();
    if (attempt === 1) {
      await other.waitForURL(/get-started$/);
      // Somebody else's organization looks like one that does not exist.
      await visit(other, `${dashboardUrl}/${org}/audit`);
      await expect(other.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
      await other.context().clearCookies();
    }
  }
  await expect(other.getByLabel('E-mail')).toHaveValue(email);
  await expect(other.getByText(/already|taken/i)).toBeVisible();
  await visit(other, `${dashboardUrl}/sign-in`);
  await other.getByLabel('E-mail').fill(email);
  await other.getByLabel('Password').fill('not the password');
  await other.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(other.getByText(/wrong|do not match|not right|incorrect/i)).toBeVisible();
  await visit(other, `${dashboardUrl}/${org}/servers`);
  await expect(other).toHaveURL(/\/sign-in/);
  await other.context().close();
});
