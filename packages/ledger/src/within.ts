/** So long a ledger keeps its callers waiting, unless said otherwise: they are told within a second, with time to spare for themselves. */
export const ANSWER_MS = 750;

/** Rejects when the promise is still pending after `ms`; `late` gets what it gives after that. */
export function within<T>(promise: Promise<T>, ms: number, late: (value: T) => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const timer = setTimeout(() => {
      over = true;
      reject(new Error(`no answer within ${ms} ms`));
    }, ms);
    promise.then((value) => (over ? late(value) : resolve(value)), reject).finally(() => clearTimeout(timer));
  });
}
