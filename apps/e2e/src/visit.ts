/** Goes to a page as somebody who acts once it listens: what is clicked or typed before that is lost. */
import { expect, type Page } from '@playwright/test';

/** Resolves when every control of the page answers. */
export async function visit(page: Page, address: string): Promise<void> {
  // Where the last click was, the next page may have a list that waits while it is pointed at.
  await page.mouse.move(0, 0);
  await page.goto(address);
  await untilAlive(page);
}

/** Loads the page anew. Resolves when every control of it answers. */
export async function reload(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.reload();
  await untilAlive(page);
}

/** For a page that was come to otherwise. React marks what it has taken over; its effects have run when the page rests. */
export async function untilAlive(page: Page): Promise<void> {
  const deaf = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('button, a[href], input:not([type=hidden]), select, textarea, [tabindex]')]
        .filter((control) => !control.closest('.cm-editor') && !Object.keys(control).some((key) => key.startsWith('__reactProps$')))
        .map((control) => control.outerHTML.slice(0, 160)),
    );
  await expect.poll(deaf, { message: 'controls that nobody listens to', timeout: 60_000 }).toEqual([]);
  await page.evaluate(() => new Promise<void>((resolve) => requestIdleCallback(() => resolve(), { timeout: 10_000 })));
}
