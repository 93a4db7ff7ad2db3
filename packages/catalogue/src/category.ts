/** What a tool does to the world, and how bad it is when it does it wrongly. */
export type Category = 'Read' | 'Write' | 'Execute' | 'Destructive' | 'Financial';
export type Risk = 'Low' | 'Medium' | 'High' | 'Critical';

/** From harmless to worst; of several categories a tool has the worst. Destructive and Financial are equally critical. */
export const SEVERITY: Readonly<Record<Category, number>> = { Read: 0, Write: 1, Execute: 2, Destructive: 3, Financial: 4 };

const RISKS: Readonly<Record<Category, Risk>> = {
  Read: 'Low',
  Write: 'Medium',
  Execute: 'High',
  Destructive: 'Critical',
  Financial: 'Critical',
};

export function riskOf(category: Category): Risk {
  return RISKS[category];
}
