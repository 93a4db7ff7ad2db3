/** Applies a change to the draft's text. `about`: what it is about, where typing on is one change (a number, a message). */
export type Edit = (change: (source: string) => string, about?: string) => void;
