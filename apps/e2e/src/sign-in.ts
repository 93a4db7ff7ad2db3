/** Signs a person in through the page, as they do it. */
import type { Page } from '@playwright/test';
import { PASSWORD, shared } from './shared.ts';
import { visit } from './visit.ts';

/** Waits until they are past the form. */
export async function signIn(page: Page, email: string): Promise<void> {
  await visit(page, `${shared().dashboardUrl}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}
