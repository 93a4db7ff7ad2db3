/** What is wrong with a page as it is now, in words: accessibility faults, and more width than the window has. */
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { root } from './system.ts';

/** Where screenshots go when E2E_SCREENS names a folder. */
const screens = process.env.E2E_SCREENS;

/** @param name of what is shown; a screenshot of it is called so */
export async function pageFaults(page: Page, name: string, { fullPage = false } = {}): Promise<string[]> {
  await untilAtRest(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const faults = violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes.map(({ target }) => target.join(' ')).slice(0, 3)}`);
  const sideways = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (sideways > 0) faults.push(`${name}: ${sideways} px wider than the window`);
  if (screens) await page.screenshot({ path: `${root}/${screens}/${name.replaceAll(/[^a-z0-9]+/gi, '-')}.png`, fullPage });
  return faults;
}

/** What still loads is faded, and what comes or goes is half transparent: no colours to judge. Pages that never rest are looked at after 20 s. */
export async function untilAtRest(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    const end = performance.now() + 20_000;
    let changed = performance.now();
    const observer = new MutationObserver(() => {
      changed = performance.now();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const unrest = () =>
      document.querySelector('[aria-busy=true], [role=status][aria-label^=Loading]') !== null ||
      document.getAnimations().some(({ playState }) => playState === 'running');
    for (let now = changed; now - changed < 300 && now < end; now = performance.now()) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      if (unrest()) changed = performance.now();
    }
    observer.disconnect();
  });
}
