export const GRANT_KINDS = ['person', 'agent', 'ci'] as const;

/** A grant as far as a policy knows it. Its kind is its one tag. */
export interface BuilderGrant {
  /** Null: it is made up. */
  id: string | null;
  label: string;
  kind: (typeof GRANT_KINDS)[number];
  paused: boolean;
  /** By the policy that is edited. */
  governed: boolean;
}
