/** What a link into the policy page asks for: a call of the log tried again, a tool allowed in the draft. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, type Locator, type Page, test } from '@playwright/test';
import { decision, draft, drafted, openPolicy } from './builder-page.ts';
import { pageFaults } from './page-faults.ts';
import { apply, auditEvents, CAPPED, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

test.describe.configure({ mode: 'serial' });

const organization = unique('asked');
const email = `${organization}@example.com`;
let agent: Client;
let echoing: Client;

test.beforeAll(async () => {
  const applied = await apply({
    organization: { slug: organization, name: 'Asked' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [
      { slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' },
      { slug: 'everything', name: 'Everything', url: shared().everythingUrl },
    ],
    policies: [
      { slug: 'capped', name: 'Capped', document: JSON.parse(CAPPED) },
      { slug: 'echoes', name: 'Echoes', document: { version: '1', default: 'deny', tools: { echo: {} } } },
    ],
    grants: [
      { label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'capped' }] },
      { label: 'claude-ci', servers: [{ server: 'everything', policy: 'echoes' }] },
    ],
  });
  const connected = (label: string, server: string) =>
    connect(
      applied.servers.find(({ slug }) => slug === server)?.url ?? '',
      applied.grants.find((grant) => grant.label === label)?.token ?? '',
    );
  agent = await connected('cursor-laptop', 'wavespeed');
  echoing = await connected('claude-ci', 'everything');
});
test.afterAll(async () => {
  await agent?.close();
  await echoing?.close();
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

const recorded = (page: Page): Locator => page.getByRole('region', { name: 'Recorded call' });
const args = (page: Page): Locator => page.getByLabel('Arguments (JSON)');

/** The number of the newest event of a tool, once it is in the log. */
async function seqOf(tool: string): Promise<number> {
  const found = async () => (await auditEvents(organization)).findLast((event) => event.tool === tool)?.seq;
  await expect.poll(found, { timeout: 120_000 }).toBeGreaterThan(0);
  return (await found()) as number;
}

test('a call of the log is tried again as it was made, and what was decided stands beside what is decided now', async ({ page }) => {
  await agent.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'a planted tide' } });
  const seq = await seqOf('generate_video');
  await openPolicy(page, organization, 'capped', `?call=${seq}`);
  await expect(recorded(page).getByRole('link', { name: `Call #${seq}` })).toBeVisible();
  await expect(recorded(page).getByRole('link', { name: 'Capped version 1' })).toBeVisible();
  await expect(recorded(page).getByText('Now, by version 1')).toBeVisible();
  await expect(recorded(page).getByText('default_deny')).toHaveCount(2);
  await expect(recorded(page).getByText('The same is decided now.')).toBeVisible();
  await expect(page.getByLabel('Tool', { exact: true })).toHaveValue('generate_video');
  await expect(page.getByLabel('As the grant')).toHaveValue('cursor-laptop');
  await expect(page.getByText(/^Circumstances .*from e2e$/)).toBeVisible();
  await expect.poll(async () => Object.keys(JSON.parse(await args(page).inputValue())).sort()).toEqual(['image', 'prompt']);
  expect(await page.content()).not.toContain('planted');
  await expect(recorded(page).getByText(/^The values of its arguments were not recorded/)).toBeVisible();
  expect(await pageFaults(page, 'recorded-call')).toEqual([]);

  await page.getByRole('radiogroup', { name: 'Rule for generate_video' }).getByRole('radio', { name: 'Allow' }).click();
  await expect(recorded(page).getByText('Now, by this draft')).toBeVisible();
  await expect(recorded(page).getByText('Then it was denied, now it is allowed.')).toBeVisible();
});

test('values that were kept are read only when somebody asks for them, which the log says', async ({ page }) => {
  await visit(page, `${shared().dashboardUrl}/${organization}/settings/audit`);
  await page.getByRole('switch', { name: 'Keep argument values of Everything' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Keep argument values' }).click();
  await expect(page.getByRole('switch', { name: 'Keep argument values of Everything' })).toBeChecked();
  await echoing.callTool({ name: 'echo', arguments: { message: 'a planted tide', apiKey: 'planted-canary-7f3a' } });
  const seq = await seqOf('echo');
  const readings = async () => (await auditEvents(organization)).filter(({ action }) => action === 'audit.read_capture').length;

  await openPolicy(page, organization, 'echoes', `?call=${seq}`);
  await expect(recorded(page).getByText(/Reading the values is recorded\.$/)).toBeVisible();
  await expect.poll(async () => Object.keys(JSON.parse(await args(page).inputValue())).sort()).toEqual(['apiKey', 'message']);
  expect(await page.content()).not.toContain('planted');
  expect(await readings()).toBe(0);
  await recorded(page).getByRole('button', { name: 'Use the recorded values' }).click();
  await expect(recorded(page).getByText(/1 value was taken out .* That you read them is in the log\.$/)).toBeVisible();
  await expect.poll(async () => JSON.parse(await args(page).inputValue())).toEqual({ message: 'a planted tide', apiKey: '[redacted]' });
  await expect(decision(page).locator('[data-decision=allow]').first()).toBeVisible();
  await expect.poll(readings, { timeout: 120_000 }).toBe(1);
});

test('what the log does not have, or is no call of a tool, is said', async ({ page }) => {
  const said = page.getByRole('status');
  for (const [query, words] of [
    ['?call=99999999', 'There is no event #99999999 in the log.'],
    ['?call=1', 'Event #1 of the log is a change, not a call.'],
    ['?call=abc', 'The address asks for a call of the log, but not by a number.'],
    ['?allow=no_such_tool', 'No server shown here has a tool no_such_tool, and no rule is written for it. Nothing was changed.'],
    ['?allow=image_to_image', 'image_to_image is allowed already. What refuses a call of it are conditions and limits.'],
  ] as const) {
    await openPolicy(page, organization, 'capped', query);
    await expect(said.filter({ hasText: words })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Publish policy' })).toBeDisabled();
  }
});

test('a tool is allowed in the draft, its rule is open and has the focus, and nothing is in force before it is published', async ({
  page,
}) => {
  const seq = await seqOf('generate_video');
  await openPolicy(page, organization, 'capped', `?allow=generate_video&call=${seq}`);
  await expect(page.getByRole('button', { name: 'Close the rule of generate_video' })).toBeFocused();
  await expect(page.getByRole('radiogroup', { name: 'Rule for generate_video' }).getByRole('radio', { name: 'Allow' })).toBeChecked();
  await expect(page.getByText('generate_video is allowed in this draft; nothing changes before you publish.')).toBeVisible();
  await expect(page.getByText('Changed since version 1')).toBeVisible();
  await expect(recorded(page).getByText('Then it was denied, now it is allowed.')).toBeVisible();
  await expect.poll(async () => (await drafted(page)).tools.generate_video).toEqual({});
  // A reload does not do it again.
  await expect(page).toHaveURL(new RegExp(`\\?call=${seq}$`));
  expect(await pageFaults(page, 'allow-asked')).toEqual([]);
  expect(await agent.callTool({ name: 'generate_video', arguments: { image: 'a', prompt: 'b' } })).toMatchObject({ isError: true });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText(/^Version 1, in force/)).toBeVisible();
  await expect.poll(() => draft(page)).toBeUndefined();
});

test('on a phone, the rule that was asked for is what is shown first', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/capped?allow=generate_video`);
  await expect(page.getByRole('button', { name: 'Close the rule of generate_video' })).toBeInViewport();
  expect(await pageFaults(page, 'allow-asked-320')).toEqual([]);
});
