/** What comes within a time, or what stands for it; `onLate` gets what comes afterwards. */
export function withinMs<T>(work: Promise<T>, ms: number, instead: T, onLate: (late: T) => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      resolve(instead);
    }, ms);
    work.then((value) => {
      clearTimeout(timer);
      if (isLate) onLate(value);
      else resolve(value);
    }, reject);
  });
}
