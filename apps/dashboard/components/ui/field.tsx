'use client';
import { createContext, type ReactNode, use, useId } from 'react';

interface FieldContext {
  id: string;
  describedBy: string | undefined;
  invalid: boolean;
  required: boolean;
}

const Context = createContext<FieldContext | null>(null);

/** Label above, help below, the error in its place. Holds one Input, Textarea or Select, which finds its ids here. */
export function Field({
  label,
  help,
  error,
  required = false,
  aside,
  children,
}: {
  label: ReactNode;
  help?: ReactNode;
  error?: string | null | undefined;
  required?: boolean;
  /** Beside the label, at the right. */
  aside?: ReactNode;
  children: ReactNode;
}) {
  const id = useId();
  const describedBy = error ? `${id}-error` : help ? `${id}-help` : undefined;
  return (
    <Context value={{ id, describedBy, invalid: Boolean(error), required }}>
      <div className="grid min-w-0 gap-1.5">
        <div className="flex items-baseline justify-between gap-3">
          <label htmlFor={id} className="font-medium text-sm">
            {label}
          </label>
          {aside && <span className="text-faint text-xs">{aside}</span>}
        </div>
        {children}
        {error && (
          <p id={`${id}-error`} className="text-denied text-sm">
            {error}
          </p>
        )}
        {help && !error && (
          <p id={`${id}-help`} className="text-muted text-xs">
            {help}
          </p>
        )}
      </div>
    </Context>
  );
}

/** The attributes that tie a control to its field; nothing outside one. */
export function useField() {
  const field = use(Context);
  if (!field) return {};
  return {
    id: field.id,
    'aria-describedby': field.describedBy,
    'aria-invalid': field.invalid || undefined,
    'aria-required': field.required || undefined,
  };
}
