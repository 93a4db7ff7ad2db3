import type { Category } from './category.ts';

/** One thing that speaks for a category, in words that a person can check against the tool's definition. */
export interface Signal {
  source: 'name' | 'description' | 'schema' | 'annotations' | 'default';
  category: Category;
  detail: string;
}
