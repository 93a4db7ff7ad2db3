import { isFiltered, type RowFilters } from './filter-rows.ts';
import type { NeverFired } from './use-never-fired.ts';

/** Why no rule is shown. */
export function emptyWords(query: string, filters: RowFilters, neverFired: NeverFired['state']): string {
  if (neverFired === 'reading') return 'Looking through the log for rules that never fired …';
  if (neverFired === 'failed') return 'The log could not be read, so that it is not known which rules never fired. Try again.';
  if (query) return `No tool matches “${query}”${isFiltered(filters) ? ' and the filters' : ''}.`;
  if (neverFired === 'known') return `Each of these rules met a call in the last ${filters.unusedDays} days.`;
  return isFiltered(filters) ? 'No tool matches the filters.' : 'No tools yet: choose a server above, or add a rule for a name.';
}
