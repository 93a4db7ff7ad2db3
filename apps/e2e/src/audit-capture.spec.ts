/** Argument values in a browser: kept from the switch on, shown when asked for, which is an event of its own, and found by what they are. */
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { expect, type Page, test } from '@playwright/test';
import { apply, auditEvents, connect, PASSWORD, shared, unique } from './shared.ts';
import { signIn } from './sign-in.ts';
import { visit } from './visit.ts';

// Each test goes on from where the one before it left the switch.
test.describe.configure({ mode: 'serial' });

const organization = unique('capture');
const email = `${organization}@example.com`;
const SECRET = 'planted-canary-7f3a';
let agent: Client;

test.beforeAll(async () => {
  const applied = await apply({
    organization: { slug: organization, name: 'Capture' },
    owner: { email, name: 'Ada Owner', password: PASSWORD },
    servers: [{ slug: 'everything', name: 'Everything', url: shared().everythingUrl }],
    policies: [{ slug: 'echoes', name: 'Echoes', document: { version: '1', default: 'deny', tools: { echo: {} } } }],
    grants: [{ label: 'claude-ci', servers: [{ server: 'everything', policy: 'echoes' }] }],
  });
  agent = await connect(applied.servers[0]?.url as string, applied.grants[0]?.token as string);
});
test.afterAll(() => agent?.close());

const echo = (message: string) => agent.callTool({ name: 'echo', arguments: { message, count: 4, apiKey: SECRET } });
const rows = (page: Page) => page.locator('tr[data-seq]');
const drawer = (page: Page) => page.getByRole('complementary', { name: /^Event \d+$/ });
const values = (page: Page) => drawer(page).getByRole('region', { name: 'Arguments' });

async function audit(page: Page, query: string, count: number): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${organization}/audit?q=${encodeURIComponent(query)}`);
  await expect(rows(page)).toHaveCount(count);
}

async function openNewest(page: Page): Promise<void> {
  await rows(page).first().getByRole('button').click();
  await expect(drawer(page).getByText('The hash fits', { exact: false })).toBeVisible();
}

test('off, the log has the names of arguments and nothing to show', async ({ page }) => {
  await echo('before the switch');
  await signIn(page, email);
  await audit(page, 'tool:echo', 1);
  await openNewest(page);
  await expect(drawer(page).getByText('apiKey, count, message')).toBeVisible();
  await expect(values(page)).toBeHidden();
});

test('switched on in the settings, values are kept from the next call on, shown only when asked for, without what looks like a secret', async ({
  page,
}) => {
  await signIn(page, email);
  await visit(page, `${shared().dashboardUrl}/${organization}/settings/audit`);
  const keep = page.getByRole('switch', { name: 'Keep argument values of Everything' });
  await expect(keep).not.toBeChecked();
  await keep.click();
  const dialog = page.getByRole('dialog', { name: 'Keep argument values of Everything?' });
  await expect(dialog).toContainText('each reading is in the log');
  await dialog.getByRole('button', { name: 'Keep argument values' }).click();
  await expect(dialog).toBeHidden();
  await expect(keep).toBeChecked();

  await echo('a planted tide');
  const sent: string[] = [];
  page.on('response', async (response) => sent.push(await response.text().catch(() => '')));
  await audit(page, 'tool:echo', 2);
  await openNewest(page);
  await expect(values(page)).toContainText('redacted and sealed. Reading them is recorded.');
  // Nothing was sent to the browser before it was asked for.
  expect(sent.join() + (await page.content())).not.toContain('planted');
  await values(page).getByRole('button', { name: 'Show arguments' }).click();
  await expect(values(page)).toContainText('"message": "a planted tide"');
  await expect(values(page)).toContainText('"apiKey": "[redacted]"');
  await expect(values(page)).toContainText('1 value was taken out because it looks like a secret. That you read this is in the log.');
  expect(sent.join() + (await page.content())).not.toContain(SECRET);
  // The event before the switch still has nothing, and the next event is not shown with this one’s values.
  await page.keyboard.press('j');
  await expect(drawer(page).getByText('apiKey, count, message')).toBeVisible();
  await expect(values(page)).toBeHidden();
});

test('that they were read is an event with who and what, and no value is in the log', async ({ page }) => {
  await signIn(page, email);
  await audit(page, 'action:audit.read_capture', 1);
  await openNewest(page);
  await expect(drawer(page).getByText(/^Captured arguments read: #\d+$/)).toBeVisible();
  await expect(drawer(page)).toContainText('Ada Owner');
  const log = await auditEvents(organization);
  const call = log.find(({ tool, detail }) => tool === 'echo' && 'captured' in (detail as object)) as { seq: number };
  const reading = log.find(({ action }) => action === 'audit.read_capture') as { detail: object };
  expect(reading.detail).toMatchObject({ after: { seq: call.seq, tool: 'echo', server: 'everything' } });
  expect(log.find(({ action }) => action === 'server.set_capture')).toMatchObject({ actor: 'Ada Owner' });
  expect(JSON.stringify(log)).not.toContain('planted');
});

test('a value is found whole, and a secret, a part or a pattern is not', async ({ page }) => {
  await signIn(page, email);
  await audit(page, 'arg.message:"a planted tide"', 1);
  await expect(page.getByText('is compared with calls of servers that capture arguments')).toBeVisible();
  await audit(page, 'arg.count:4 tool:echo', 1);
  await audit(page, '-arg.count:4 tool:echo', 1);
  await audit(page, 'arg.apiKey tool:echo', 2);
  for (const query of ['arg.message:planted', `arg.apiKey:${SECRET}`, 'arg.apiKey:[redacted]']) await audit(page, query, 0);
  await audit(page, 'tool:echo arg.message:a*', 2);
  await expect(page.getByText('One part of the query does not filter')).toBeVisible();
});

test('switched off, nothing more is kept, and what was kept can still be read', async ({ page }) => {
  await signIn(page, email);
  await visit(page, `${shared().dashboardUrl}/${organization}/settings/audit`);
  const keep = page.getByRole('switch', { name: 'Keep argument values of Everything' });
  await keep.focus();
  await page.keyboard.press('Space');
  await expect(keep).not.toBeChecked();
  await echo('after the switch');
  await audit(page, 'tool:echo', 3);
  await openNewest(page);
  await expect(values(page)).toBeHidden();
  await page.keyboard.press('j');
  await values(page).getByRole('button', { name: 'Show arguments' }).click();
  await expect(values(page)).toContainText('"message": "a planted tide"');
});
