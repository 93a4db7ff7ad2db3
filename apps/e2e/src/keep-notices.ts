/** Notices that stay until they are read. */
import type { Page } from '@playwright/test';

/** A notice goes after 4 seconds, or after 10 when it offers to undo. Those of pages opened after this stay for minutes, so that a busy machine reads them too. */
export async function keepNotices(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const own = window.setTimeout;
    const later = (run: TimerHandler, ms?: number, ...given: unknown[]) => own(run, ms === 4_000 || ms === 10_000 ? 300_000 : ms, ...given);
    Object.assign(window, { setTimeout: later });
  });
}
