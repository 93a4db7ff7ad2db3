/** The table of a policy: 500 rules, and the rules that no call met. */
import { type CDPSession, expect, type Page, test } from '@playwright/test';
import { openPolicy } from './builder-page.ts';
import { pageFaults } from './page-faults.ts';
import { apply, connect, PASSWORD, unique, untilRecorded } from './shared.ts';
import { signIn } from './sign-in.ts';
import { reload } from './visit.ts';

const organization = unique('table');
const email = `${organization}@example.com`;

test.beforeAll(async () => {
  const applied = await apply({
    organization: { slug: organization, name: 'Table' },
    owner: { email, name: 'Owner', password: PASSWORD },
    servers: [{ slug: 'wavespeed', name: 'WavespeedMCP', managed: 'wavespeed-demo' }],
    policies: [
      { slug: 'large', name: 'large', document: large() },
      { slug: 'fired', name: 'fired', document: FIRED },
    ],
    grants: [{ label: 'cursor-laptop', servers: [{ server: 'wavespeed', policy: 'fired' }] }],
  });
  const agent = await connect(applied.gatewayUrl, applied.grants[0]?.token ?? '');
  await agent.callTool({ name: 'text_to_image', arguments: { prompt: 'a gate' } });
  await agent.callTool({ name: 'generate_video', arguments: { prompt: 'a gate', image: 'a' } });
  await agent.close();
  await untilRecorded(organization, 2);
});

test.beforeEach(async ({ page }) => {
  await signIn(page, email);
});

test('rules that no call of the last days met are found, and those that were met are not', async ({ page }) => {
  await openPolicy(page, organization, 'fired');
  const names = () =>
    page.getByRole('checkbox', { name: /^Select / }).evaluateAll((boxes) => boxes.map((box) => box.getAttribute('aria-label')));
  await expect(page.getByRole('checkbox', { name: /^Select / })).toHaveCount(5);
  await page.getByRole('button', { name: 'Filter', exact: true }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('menuitemcheckbox', { name: '30 days' }).focus();
  await page.keyboard.press('Space');
  expect(await pageFaults(page, 'filter-never-fired')).toEqual([]);
  await page.keyboard.press('Escape');
  await expect(page).toHaveURL(/unused=30/);
  await expect.poll(names).toEqual(['Select image_to_image', 'Select get_*', 'Select old_tool']);
  await reload(page);
  await expect.poll(names).toEqual(['Select image_to_image', 'Select get_*', 'Select old_tool']);
  await page.getByRole('button', { name: 'Do not filter by never fired in 30 days' }).click();
  await expect(page.getByRole('checkbox', { name: /^Select / })).toHaveCount(5);
});

test('typing in the search of 500 rules keeps what a key calls bounded', async ({ page }) => {
  await openPolicy(page, organization, 'large');
  await expect(page.getByRole('listitem').filter({ hasText: 'tool_499' })).toHaveCount(1);
  const session = await page.context().newCDPSession(page);
  await session.send('Profiler.enable');
  await session.send('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
  const search = page.getByLabel('Search tools');
  await search.click();
  const typed = [...'tool_4', 'Backspace', ...'37', 'Backspace', 'Backspace', ...'lim', 'Backspace', 'Backspace', 'Backspace'];
  const spent: number[] = [];
  for (const key of typed) spent.push(await callsOf(page, session, () => page.keyboard.press(key)));
  const average = spent.reduce((sum, calls) => sum + calls, 0) / spent.length;
  process.stdout.write(`500 rules: functions called for each key, average ${average.toFixed(0)}, most ${Math.max(...spent)}\n`);
  expect(average).toBeLessThan(600_000);
  await expect(search).toHaveValue('tool_');
  await expect(page).toHaveURL(/q=tool_$/);
});

/** How many functions of the page are called from a key to the next one, of somebody who types ten a second. However slow the machine is, they are as many. */
async function callsOf(page: Page, session: CDPSession, act: () => Promise<void>): Promise<number> {
  const calls = async () => {
    const { result } = await session.send('Profiler.takePreciseCoverage');
    const functions = result.filter(({ url }) => url.includes('/_next/')).flatMap((script) => script.functions);
    return functions.reduce((sum, { ranges }) => sum + (ranges[0]?.count ?? 0), 0);
  };
  await calls();
  await act();
  await page.waitForTimeout(100);
  return calls();
}

test('500 rules are searched, changed and hidden together', async ({ page }) => {
  await openPolicy(page, organization, 'large');
  const rows = page.getByRole('region', { name: 'Not on these servers' });
  await expect(rows.getByRole('listitem')).toHaveCount(500);
  await page.getByLabel('Search tools').fill('tool_499');
  await expect(rows.getByRole('listitem')).toHaveCount(1);
  await page.getByRole('radiogroup', { name: 'Rule for tool_499' }).getByRole('radio', { name: 'Deny' }).click();
  await expect(rows.getByText('tool_499 is denied.')).toBeVisible();
  await page.getByLabel('Search tools').fill('');
  await expect(rows.getByRole('listitem')).toHaveCount(500);
  await page.getByRole('button', { name: 'Select all of Not on these servers' }).click();
  const bulk = page.getByRole('region', { name: 'Selected rules' });
  await expect(bulk.getByText('500 selected')).toBeVisible();
  await bulk.getByRole('button', { name: 'Hide' }).click();
  await expect(rows.getByText('tool_0 is hidden and denied.')).toBeVisible();
});

/** One rule was met by a call that passed, one by a call that it refused, and three by none. */
const FIRED = {
  version: '1',
  default: 'deny',
  tools: {
    image_to_image: {},
    text_to_image: { limits: [{ counter: 'c', window: 'hour', max: 9 }] },
    generate_video: { action: 'deny' },
    'get_*': {},
    old_tool: {},
  },
};

function large(): { version: string; default: string; tools: Record<string, object> } {
  const limit = (name: string) => ({ limits: [{ counter: name, window: 'minute', max: 30, scope: 'grant' }] });
  return {
    version: '1',
    default: 'deny',
    tools: Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`tool_${at}`, limit(`c${at}`)])),
  };
}
