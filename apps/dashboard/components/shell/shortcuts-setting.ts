const KEY = 'toolgate-shortcuts';

/** Every single-key shortcut asks this first. On unless switched off on this device. */
export const shortcutsAreOn = (): boolean => {
  try {
    return localStorage.getItem(KEY) !== 'off';
  } catch {
    return true;
  }
};

export const switchShortcuts = (on: boolean): void => localStorage.setItem(KEY, on ? 'on' : 'off');
