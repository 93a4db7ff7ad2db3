/** The audit explorer in a browser: the query in its bar, its facets and its URL; the histogram; the live tail; an event; the export. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { type BrowserContext, expect, type Page, test } from '@playwright/test';
import { keepNotices } from './keep-notices.ts';
import { pageFaults } from './page-faults.ts';
import { type Applied, apply, CAPPED, connect, PASSWORD, shared, toolgate, unique, untilRecorded } from './shared.ts';
import { signIn } from './sign-in.ts';
import { reload, visit } from './visit.ts';

const organization = unique('explorer');
const email = `${organization}@example.com`;
let applied: Applied;
let client: Client;

test.beforeAll(async () => {
  applied = await apply({
    organization: { slug: organization, name: 'Explorer' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [{ slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) }],
    grants: [{ label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'capped' }] }],
  });
  client = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
  for (let i = 0; i < 4; i++) await image(`tide ${i}`);
  for (let i = 0; i < 3; i++) await video();
  await untilRecorded(organization, 7);
});
test.afterAll(() => client?.close());

const image = (prompt: string) => client.callTool({ name: 'image_to_image', arguments: { image: 'a', images: ['a'], prompt } });
const video = () => client.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'x' } });

async function signedIn(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  await signIn(page, email);
  return page;
}

const open = (page: Page, query = '') =>
  visit(page, `${shared().dashboardUrl}/${organization}/audit${query ? `?q=${encodeURIComponent(query)}` : ''}`);
const rows = (page: Page) => page.locator('tr[data-seq]');
const bar = (page: Page) => page.getByRole('combobox', { name: 'Query' });
const queryOf = (page: Page) => new URL(page.url()).searchParams.get('q');

test('bar, facets and URL are one query, and what is not understood is shown with its place and a way out', async ({ context }) => {
  const page = await signedIn(context);
  await open(page, 'kind:call');
  await expect.poll(() => rows(page).count()).toBeGreaterThanOrEqual(7);
  await bar(page).fill('kind:call decision:denied');
  await bar(page).press('Enter');
  await expect(rows(page)).toHaveCount(3);
  await expect.poll(() => queryOf(page)).toBe('kind:call decision:denied');
  const facets = page.getByRole('complementary', { name: 'Facets' });
  await expect(facets.getByRole('button', { name: /^denied/ })).toHaveAttribute('aria-pressed', 'true');
  await facets.getByRole('button', { name: /^allowed/ }).click();
  await expect.poll(() => queryOf(page)).toBe('kind:call decision:denied,allowed');
  await expect.poll(() => rows(page).count()).toBeGreaterThanOrEqual(7);
  await expect(bar(page)).toHaveValue('kind:call decision:denied,allowed');
  await page.goBack();
  await expect(rows(page)).toHaveCount(3);

  await open(page, 'decison:denied tool:generate_video');
  await expect(page.getByText('There is no field named decison. Did you mean decision?')).toBeVisible();
  await expect(page.getByText('at character 1')).toBeVisible();
  await expect(rows(page)).toHaveCount(3);
  await expect(page.getByRole('button', { name: 'Export', exact: true })).toBeHidden();
  await page.getByRole('button', { name: 'Use decision' }).click();
  await expect.poll(() => queryOf(page)).toBe('decision:denied tool:generate_video');
  await expect(page.getByText('does not filter')).toBeHidden();

  await open(page, 'tool:no_such_tool');
  await expect(page.getByRole('heading', { name: 'No event matches' })).toBeVisible();
  await page.getByRole('button', { name: 'Without tool:no_such_tool' }).click();
  await expect(rows(page).first()).toBeVisible();
});

test('completion offers fields and seen values by keyboard', async ({ context }) => {
  const page = await signedIn(context);
  await open(page);
  // The page listens to keys once it is alive.
  await expect(page.locator('[data-live=live]')).toBeVisible();
  await page.keyboard.press('/');
  await expect(bar(page)).toBeFocused();
  await page.keyboard.type('to');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(bar(page)).toHaveValue('tool:');
  await expect(page.getByRole('option', { name: /generate_video/ })).toBeVisible();
  await page.keyboard.type('gen');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(bar(page)).toHaveValue('tool:generate_video ');
  await page.keyboard.press('Enter');
  await expect(rows(page)).toHaveCount(3);
});

test('the histogram is zoomed into with the keyboard, and Escape goes back', async ({ context }) => {
  const page = await signedIn(context);
  await open(page, 'since:24h');
  const chart = page.getByRole('slider', { name: 'Events over time' });
  await expect(chart).toBeVisible();
  await chart.focus();
  await chart.press('End');
  // A quarter of an hour may have begun since the calls were made.
  if (!/denied/.test((await chart.getAttribute('aria-valuetext')) ?? '')) await chart.press('ArrowLeft');
  await expect(chart).toHaveAttribute('aria-valuetext', /denied/);
  await chart.press('Shift+ArrowLeft');
  await chart.press('Enter');
  await expect.poll(() => queryOf(page)).toMatch(/^since:\d{4}-/);
  await expect(rows(page).first()).toBeVisible();
  await chart.focus();
  await chart.press('Escape');
  await expect.poll(() => queryOf(page)).toBe('since:24h');
  await page.getByRole('button', { name: 'Show as table' }).click();
  await expect(page.getByRole('group', { name: 'Events over time' }).getByRole('row').nth(1)).toContainText(/\d/);
});

test('a call shows in the live tail by itself; while somebody reads it waits, and says so', async ({ context }) => {
  const page = await signedIn(context);
  await open(page, 'tool:generate_video');
  await expect(page.locator('[data-live=live]')).toBeVisible();
  const times: number[] = [];
  for (let i = 0; i < 12; i++) {
    const before = await rows(page).count();
    await video();
    const decided = Date.now();
    await expect(rows(page)).toHaveCount(before + 1);
    times.push(Date.now() - decided);
  }
  times.sort((a, b) => a - b);
  test.info().annotations.push({ type: 'decision to live tail, ms', description: times.join(' ') });
  console.log(`decision to live tail: p50 ${times[5]} ms, p95 ${times[11]} ms`);
  await rows(page).first().getByRole('button').click();
  const shown = await rows(page).count();
  await video();
  await video();
  await expect(page.getByRole('button', { name: '2 new events – show' })).toBeVisible();
  await expect(rows(page)).toHaveCount(shown);
  await page.getByRole('button', { name: '2 new events – show' }).click();
  await expect(rows(page)).toHaveCount(shown + 2);
  await page.keyboard.press('l');
  await expect(page.locator('[data-live=paused]')).toBeVisible();
});

test('an event says why: the line in words, linked, and that its place in the chain holds; J and K walk, the address is a permalink', async ({
  context,
}) => {
  const page = await signedIn(context);
  await open(page, 'tool:image_to_image');
  await rows(page).first().getByRole('button').click();
  const drawer = page.getByRole('complementary', { name: /^Event \d+$/ });
  await expect(drawer.getByText('The hash fits, and so does the event before it.')).toBeVisible();
  await expect(drawer.getByText(/image_to_image is allowed/)).toBeVisible();
  await expect(drawer.getByRole('link', { name: /capped version 1, line \d+/ })).toHaveAttribute('href', /versions\/1\?rule=/);
  const first = await drawer.getByRole('heading', { level: 2 }).textContent();
  await page.keyboard.press('j');
  await expect(drawer.getByRole('heading', { level: 2 })).not.toHaveText(first as string);
  const second = (await drawer.getByRole('heading', { level: 2 }).textContent()) as string;
  await reload(page);
  await expect(page.getByRole('heading', { name: second })).toBeVisible();
  await expect(bar(page)).toHaveValue('tool:image_to_image');
  // A page that was just loaded hears keys as soon as its scripts run.
  await expect(async () => {
    await page.keyboard.press('Escape');
    await expect(drawer).toBeHidden({ timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  expect(new URL(page.url()).searchParams.get('event')).toBeNull();
});

test('a view is saved for everybody, opened from the menu, and removed with a way back', async ({ context }) => {
  const page = await signedIn(context);
  await keepNotices(page);
  await open(page, 'decision:denied');
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this query…' }).click();
  await page.getByLabel('Name').fill('Refused');
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByRole('dialog')).toBeHidden();
  await open(page);
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: /^Refused/ }).click();
  await expect.poll(() => queryOf(page)).toBe('decision:denied');
  await page.getByRole('button', { name: 'Refused' }).click();
  await page.getByRole('menuitem', { name: 'Save this query…' }).click();
  await page.getByRole('button', { name: 'Remove view Refused' }).click();
  await expect(page.getByText('View Refused removed')).toBeVisible();
});

test('an export holds exactly what is shown, with its manifest, and verifies offline', async ({ context }, info) => {
  const page = await signedIn(context);
  await open(page, 'decision:denied tool:generate_video');
  await expect(rows(page).first()).toBeVisible();
  const shown = await rows(page).evaluateAll((all) => all.map((row) => Number((row as HTMLElement).dataset.seq)));
  for (const format of ['CSV of what is shown', /^JSONL/] as const) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page
        .getByRole('button', { name: 'Export', exact: true })
        .click()
        .then(() => page.getByRole('menuitem', { name: format }).click()),
    ]);
    const file = path.join(info.outputPath(), download.suggestedFilename());
    await download.saveAs(file);
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    const csv = file.endsWith('.csv');
    const seqs = csv ? lines.slice(1).map((line) => Number(line.split(',')[0])) : lines.slice(0, -1).map((line) => JSON.parse(line).seq);
    expect(seqs).toEqual([...shown].reverse());
    await expect(page.getByText(`${shown.length} events exported`)).toBeVisible();
    if (csv) continue;
    const { code, stdout } = await toolgate(['audit', 'verify', file]);
    expect([code, JSON.parse(stdout).events]).toEqual([0, expect.any(Number)]);
  }
});

for (const colorScheme of ['light', 'dark'] as const)
  for (const width of [1280, 320])
    test(`${colorScheme}, ${width} px: no accessibility fault with drawer, menus and completion open`, async ({ browser }) => {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, reducedMotion: 'reduce' });
      const page = await signedIn(context);
      const faults: string[] = [];
      const look = async (what: string) => faults.push(...(await pageFaults(page, `explorer-${what}-${colorScheme}-${width}`)));
      await open(page, 'decision:denied,allowed decison:x arg.prompt:tide');
      await expect(rows(page).first()).toBeHidden();
      await look('problems');
      await open(page, 'since:24h');
      await expect(rows(page).first()).toBeVisible();
      await look('list');
      await bar(page).fill('decision:');
      await expect(page.getByRole('option').first()).toBeVisible();
      await look('completion');
      await page.keyboard.press('Escape');
      await bar(page).fill('since:24h');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Views' }).click();
      await look('views');
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Export', exact: true }).click();
      await look('export');
      await page.keyboard.press('Escape');
      if (width < 1000) {
        await page.getByRole('button', { name: 'Facets' }).click();
        await look('facets');
      }
      await page.getByRole('button', { name: 'Show as table' }).click();
      await look('table');
      await rows(page).first().getByRole('button').click();
      await look('drawer');
      await open(page, 'tool:generate_video');
      await rows(page).first().getByRole('button').click();
      await expect(page.getByRole('link', { name: 'Allow this next time…' })).toBeVisible();
      await look('drawer-denied');
      expect(faults).toEqual([]);
      await context.close();
    });
