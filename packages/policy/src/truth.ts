/** True, false, or null: it cannot be evaluated. Null never helps the caller: what is required fails, what denies holds. */
export type Truth = boolean | null;

/** Every one holds: one false decides, then one unevaluable. Nothing at all holds. */
export function everyTruth<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = true;
  for (const item of items) {
    const truth = test(item);
    if (truth === false) return false;
    if (truth === null) result = null;
  }
  return result;
}

/** At least one holds: one true decides, then one unevaluable. */
export function someTruth<T>(items: readonly T[], test: (item: T) => Truth): Truth {
  let result: Truth = false;
  for (const item of items) {
    const truth = test(item);
    if (truth === true) return true;
    if (truth === null) result = null;
  }
  return result;
}
