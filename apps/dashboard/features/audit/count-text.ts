const exact = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

/** `12,345`; from a hundred thousand on `1.2M`, which is as exact as a glance is. */
export const countText = (count: number): string => (count < 100_000 ? exact : compact).format(count);

export const exactText = (count: number): string => exact.format(count);
