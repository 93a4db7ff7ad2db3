export type Theme = 'system' | 'light' | 'dark';

export const THEME_COOKIE = 'toolgate-theme';

export const readTheme = (value: string | undefined): Theme => (value === 'light' || value === 'dark' ? value : 'system');
