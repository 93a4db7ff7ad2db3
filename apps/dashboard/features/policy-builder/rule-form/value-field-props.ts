import type { Operator } from '@toolgate/policy/operator';
import type { ToolArgument } from '../argument-paths.ts';

export interface ValueFieldProps {
  label: string;
  op: Operator;
  value: unknown;
  /** What the schema says of the argument; null: nothing. */
  argument: ToolArgument | null;
  disabled: boolean;
  onChange(value: unknown): void;
}
