/** Which elements have been within a screen or so of what is in sight: one observer for all of them. */
import { startTransition } from 'react';

const listeners = new WeakMap<Element, () => void>();
const arrived = new Set<Element>();
let observer: IntersectionObserver | null = null;
let timer: ReturnType<typeof setTimeout> | undefined;
let restUntil = 0;

/** Tells once when an element comes near. Gives the way to stop. */
export function whenNear(element: Element, tell: () => void): () => void {
  observer ??= new IntersectionObserver(arrive, { rootMargin: '800px' });
  listeners.set(element, tell);
  observer.observe(element);
  return () => forget(element);
}

/** Somebody types: what comes near by that is told of a moment after the last key, for the next one matters more. */
export function letTyping(): void {
  restUntil = performance.now() + TYPING_MS;
}
const TYPING_MS = 300;
/** So many are told at once: a key that is typed meanwhile waits for no more. */
const BATCH = 6;

function arrive(entries: IntersectionObserverEntry[]): void {
  for (const { isIntersecting, target } of entries) {
    if (isIntersecting) arrived.add(target);
    else arrived.delete(target);
  }
  tellArrived();
}

function tellArrived(): void {
  clearTimeout(timer);
  const rest = restUntil - performance.now();
  if (rest > 0) {
    timer = setTimeout(tellArrived, rest);
    return;
  }
  startTransition(() => {
    for (const element of [...arrived].slice(0, BATCH)) {
      listeners.get(element)?.();
      forget(element);
    }
  });
  if (arrived.size > 0) timer = setTimeout(tellArrived);
}

function forget(element: Element): void {
  observer?.unobserve(element);
  listeners.delete(element);
  arrived.delete(element);
}
