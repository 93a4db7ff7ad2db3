/** Limits in use where there is no Redis: the numbers are those of the calls that were recorded, and every place that shows them says so. */
import { expect, test } from '@playwright/test';
import { connect, PASSWORD } from './shared.ts';
import { newDataFolder, removeDataFolder, type System, startSystem } from './system.ts';
import { visit } from './visit.ts';

test.setTimeout(900_000);

const dataFolder = newDataFolder();
let system: System;
test.beforeAll(async () => {
  test.setTimeout(900_000);
  system = await startSystem({ dataFolder, env: { TOOLGATE_LEDGER: 'embedded' } });
});
test.afterAll(async () => {
  await system?.stop();
  removeDataFolder(dataFolder);
});

test('a live count follows the recorded calls, in the table, in a call that is tried and on the grant', async ({ page }) => {
  const limits = [{ counter: 'texts', window: 'hour', max: 5, scope: 'grant' }];
  const { stdout } = await system.toolgate(['apply', '-'], {
    organization: { slug: 'acme', name: 'Acme' },
    owner: { email: 'owner@example.com', name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [{ slug: 'texts', name: 'Texts', document: { version: '1', default: 'deny', tools: { text_to_image: { limits } } } }],
    grants: [{ label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'texts' }] }],
  });
  const applied = JSON.parse(stdout) as { gatewayUrl: string; grants: { token: string }[] };
  const agent = await connect(applied.gatewayUrl, applied.grants[0]?.token ?? '');
  const draw = () => agent.callTool({ name: 'text_to_image', arguments: { prompt: 'a gate' } });
  for (let call = 0; call < 3; call++) await draw();

  await visit(page, `${system.dashboardUrl}/sign-in`);
  await page.getByLabel('E-mail').fill('owner@example.com');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  await visit(page, `${system.dashboardUrl}/acme/policies/texts`);
  const rules = page.getByRole('region', { name: 'Rules', exact: true });
  await expect(rules.getByText('limits live, from recorded calls')).toBeVisible();
  await expect(rules.getByText(/^3 of 5 used by cursor-laptop, next free in \d+ min$/)).toBeVisible();
  await page.getByRole('radiogroup', { name: 'Beside the table' }).getByRole('radio', { name: 'Try a call' }).click();
  await page.getByLabel('Tool', { exact: true }).fill('text_to_image');
  const decision = page.getByRole('region', { name: 'Decision' });
  await decision.getByRole('radiogroup', { name: 'Counters' }).getByRole('radio', { name: 'As they are now' }).click();
  await expect(decision.getByText('limits live, from recorded calls')).toBeVisible();
  await expect(decision.getByText(/^3 of 5 used by cursor-laptop/)).toBeVisible();
  for (let call = 0; call < 2; call++) await draw();
  await expect(rules.getByText(/^5 of 5 used by cursor-laptop/)).toBeVisible();
  await expect(decision.getByText('limit_reached')).toBeVisible();

  await visit(page, `${system.dashboardUrl}/acme/grants`);
  await page.getByRole('link', { name: 'cursor-laptop' }).first().click();
  const panel = page.getByRole('region', { name: 'Limits in use' });
  await expect(panel.getByText('live, from recorded calls')).toBeVisible();
  await expect(panel.getByRole('meter', { name: 'text_to_image' })).toHaveAttribute('aria-valuenow', '5');
  await agent.close();
});
