'use client';
import type { PolicyDocument } from '@toolgate/policy/document';
import { useEffect, useState } from 'react';
import { useQueryState } from '@/components/use-query-state';
import { type Allowed, allowTool } from './allow-tool.ts';
import type { BuilderTool } from './builder-tool.ts';
import type { Edit } from './rule-form/edit.ts';

interface Asked {
  /** Name of the tool; null: nobody asks. */
  tool: string | null;
  /** The draft is the one to change: what was kept of an earlier visit is in it. */
  ready: boolean;
  /** Null: the draft cannot be read. */
  document: PolicyDocument | null;
  tools: readonly BuilderTool[];
  mayManage: boolean;
  onEdit: Edit;
}

/** What `?allow=tool` came to: done once in the draft, and taken from the address, so that a reload does not do it again. */
export function useAllowAsked({ tool, ready, document, tools, mayManage, onEdit }: Asked): Pick<Allowed, 'opens' | 'says'> | null {
  const [done, setDone] = useState<{ tool: string; result: Pick<Allowed, 'opens' | 'says'> } | null>(null);
  const [, setAsked] = useQueryState('allow');
  useEffect(() => {
    if (tool === null || !ready || done?.tool === tool) return;
    const result = answer(tool, document, tools, mayManage);
    if (result.edit) onEdit(result.edit);
    setDone({ tool, result });
    setAsked(null);
  }, [tool, ready, document, tools, mayManage, done, onEdit, setAsked]);
  return done?.result ?? null;
}

function answer(tool: string, document: PolicyDocument | null, tools: readonly BuilderTool[], mayManage: boolean): Allowed {
  if (!mayManage) return { edit: null, opens: tool, says: 'You may read this policy, not change it.' };
  if (!document) return { edit: null, opens: null, says: `The draft cannot be read, so that ${tool} was not allowed in it.` };
  return allowTool(document, tools, tool);
}
