/** The policy page as the specs of the builder use it. */
import { expect, type Locator, type Page } from '@playwright/test';
import { shared } from './shared.ts';
import { visit } from './visit.ts';

export const editor = (page: Page): Locator => page.getByRole('textbox', { name: 'Policy document, JSON' });
export const decision = (page: Page): Locator => page.getByRole('region', { name: 'Decision' });

/** @param query of the address, with its question mark */
export async function openPolicy(page: Page, organization: string, policy: string, query = ''): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/${organization}/policies/${policy}${query}`);
  await expect(editor(page).or(decision(page)).first()).toBeVisible({ timeout: 60_000 });
}

/** Puts a text in place of the whole document; the cursor is at its end. */
export async function write(page: Page, text: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('ControlOrMeta+a');
  await page.keyboard.insertText(text);
}

/** The text of the draft, as the page keeps it; undefined while it says what is in force. */
export function draft(page: Page): Promise<string | undefined> {
  return page.evaluate(() => {
    const [key] = Object.keys(sessionStorage).filter((one) => one.startsWith('toolgate-draft:'));
    return (JSON.parse(sessionStorage.getItem(key ?? '') ?? '{}') as { source?: string }).source;
  });
}

/** What the draft says; no rule while it says what is in force. */
export async function drafted(page: Page): Promise<Record<string, unknown> & { tools: Record<string, unknown> }> {
  return JSON.parse((await draft(page)) ?? '{"tools":{}}');
}

/** What is shown beside the rules. */
export const side = (page: Page, name: string): Promise<void> =>
  page.getByRole('radiogroup', { name: 'Beside the table' }).getByRole('radio', { name, exact: true }).click();
