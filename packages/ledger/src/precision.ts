/** How finely a counter remembers when it was charged: the same rule in both ledgers. */

/** Up to this maximum (1 000 units, in millionths) every charge keeps its own microsecond. */
export const EXACT_MAX_MICROS = 1_000_000_000;

/** A log with this many charges becomes coarse whatever its maximum: very small amounts would otherwise fill the memory. */
export const EXACT_ENTRIES = 1000;

/**
 * Above, charges are collected in this many parts of the window and each counts until the end of its part leaves the window:
 * up to a thousandth of the window too long, never too short.
 */
export const WINDOW_PARTS = 1000;
