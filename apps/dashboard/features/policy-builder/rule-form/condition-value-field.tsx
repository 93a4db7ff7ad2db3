'use client';
import { useState } from 'react';
import type { ToolArgument } from '../argument-paths.ts';
import { InlineSelect } from '../inline-select.tsx';
import { kindOf, kindOfAll, readOrdered, readValueText, takesList, VALUE_KINDS, type ValueKind, writeValue } from './condition-value.ts';
import { readWhole } from './read-typed.ts';
import { TypedInput } from './typed-input.tsx';
import { ValueChoice, ValueChoices, wordOf } from './value-choice.tsx';
import type { ValueFieldProps } from './value-field-props.ts';
import { ValueLines } from './value-lines.tsx';

const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'];

/** What a condition compares with, in the form that its operator and the argument's schema ask for. */
export function ConditionValueField(props: ValueFieldProps) {
  const { label, op, value, argument, disabled, onChange } = props;
  const choices = argument?.choices ?? null;
  switch (op) {
    case 'exists':
      return <ValueChoice {...props} options={[true, false]} words={(given) => (given ? 'yes' : 'no')} />;
    case 'type_is':
      return <ValueChoice {...props} options={TYPES} words={String} />;
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte':
      return (
        <TypedInput
          label={label}
          written={String(value)}
          read={(text) => readOrdered(op, text)}
          disabled={disabled}
          numeric={typeof value === 'number'}
          onChange={onChange}
        />
      );
    case 'min_length':
    case 'max_length':
      return (
        <TypedInput
          label={label}
          written={String(value)}
          read={readWhole(0, 999_999_999)}
          disabled={disabled}
          numeric
          onChange={onChange}
        />
      );
    case 'regex':
    case 'starts_with':
    case 'ends_with':
      return (
        <TypedInput
          label={label}
          mono
          written={String(value)}
          read={(text) => readValueText('text', op, text)}
          disabled={disabled}
          onChange={onChange}
        />
      );
    case 'url_host_in':
    case 'path_within':
      return <ValueLines {...props} kind="text" />;
    case 'in':
    case 'not_in':
      return choices ? <ValueChoices {...props} choices={choices} /> : <Kinded {...props} />;
    case 'eq':
    case 'neq':
    case 'contains':
      return choices ? <ValueChoice {...props} options={choices} words={wordOf} /> : <Kinded {...props} />;
  }
}

/** A value, or a list of them, of a kind that can be chosen: 5 and "5" are not the same. */
function Kinded(props: ValueFieldProps) {
  const { label, op, value, argument, disabled, onChange } = props;
  const list = takesList(op);
  const written = list ? kindOfAll(Array.isArray(value) ? value : [value]) : kindOf(value);
  const [kind, setKind] = useState<ValueKind>(written === 'text' && value === '' ? kindOfType(argument) : written);
  // The text was edited elsewhere: a value of another kind is shown as what it is.
  const shown = kind === written || kind === 'json' ? kind : value === '' ? kind : written;
  return (
    <>
      <InlineSelect
        label={`Kind of ${label}`}
        value={shown}
        disabled={disabled}
        options={VALUE_KINDS.map((one) => ({ value: one, label: KIND_WORDS[one] }))}
        onChange={(next) => {
          setKind(next);
          const converted = list ? (Array.isArray(value) ? value : [value]).map((one) => convert(one, next)) : convert(value, next);
          if (next !== 'json') onChange(converted);
        }}
      />
      {list ? (
        <ValueLines {...props} kind={shown} />
      ) : shown === 'boolean' ? (
        <ValueChoice {...props} options={[true, false]} words={String} />
      ) : (
        <TypedInput
          label={label}
          mono
          written={writeValue(shown, value)}
          read={(text) => readValueText(shown, op, text)}
          disabled={disabled}
          numeric={shown === 'number'}
          onChange={onChange}
        />
      )}
    </>
  );
}

const KIND_WORDS: Record<ValueKind, string> = { text: 'the text', number: 'the number', boolean: 'true or false', json: 'the JSON' };

function kindOfType(argument: ToolArgument | null): ValueKind {
  const [type] = argument?.types ?? [];
  return type === 'number' || type === 'integer' ? 'number' : type === 'boolean' ? 'boolean' : 'text';
}

function convert(value: unknown, kind: ValueKind): unknown {
  switch (kind) {
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'number':
      return Number.isFinite(Number(value)) && typeof value !== 'object' ? Number(value) : 0;
    case 'boolean':
      return value === true || value === 'true';
    case 'json':
      return value;
  }
}
