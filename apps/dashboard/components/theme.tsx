'use client';
import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { THEME_COOKIE, type Theme } from './theme-cookie';
import { SegmentedControl } from './ui/segmented-control';

/** Chooses light, dark, or as the system does; kept in a cookie, so that the server renders the right one at once. */
export function ThemeChoice({ initial }: { initial: Theme }) {
  const [theme, setTheme] = useState(initial);
  const choose = (next: Theme) => {
    setTheme(next);
    document.documentElement.dataset.theme = next;
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
    document.cookie = `${THEME_COOKIE}=${next}; path=/; max-age=31536000; samesite=lax`;
  };
  return (
    <SegmentedControl
      label="Theme"
      value={theme}
      onChange={choose}
      options={[
        {
          value: 'system',
          label: (
            <>
              <Monitor aria-hidden="true" /> System
            </>
          ),
        },
        {
          value: 'light',
          label: (
            <>
              <Sun aria-hidden="true" /> Light
            </>
          ),
        },
        {
          value: 'dark',
          label: (
            <>
              <Moon aria-hidden="true" /> Dark
            </>
          ),
        },
      ]}
    />
  );
}
