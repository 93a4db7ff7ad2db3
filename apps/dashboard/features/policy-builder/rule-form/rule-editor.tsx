'use client';
import { addRule } from '@toolgate/policy/edit-rule';
import { compileGlob } from '@toolgate/policy/glob';
import { useMemo } from 'react';
import { Button } from '@/components/ui/button';
import { argumentsOf } from '../argument-paths.ts';
import type { BuilderTool } from '../builder-tool.ts';
import type { ToolRow } from '../tool-rows.ts';
import type { Edit } from './edit.ts';
import { RuleForm } from './rule-form.tsx';

/** The whole rule of a tool or pattern; where it has none of its own, the way to one. */
export function RuleEditor({
  row: { name, rule },
  tools,
  disabled,
  onEdit,
}: {
  row: ToolRow;
  tools: readonly BuilderTool[];
  disabled: boolean;
  onEdit: Edit;
}) {
  const args = useMemo(() => {
    const matches = compileGlob(name);
    return argumentsOf(tools.filter((tool) => matches(tool.name)).map(({ inputSchema }) => inputSchema));
  }, [name, tools]);
  if (rule) return <RuleForm name={name} rule={rule} args={args} disabled={disabled} onEdit={onEdit} />;
  return (
    <div className="flex flex-wrap items-center gap-3 text-muted text-sm">
      It has no rule of its own.
      <Button size="sm" disabled={disabled} onClick={() => onEdit((source) => addRule(source, name))}>
        Write one
      </Button>
      <span className="text-xs">It denies until you say otherwise.</span>
    </div>
  );
}
