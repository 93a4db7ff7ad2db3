import { classifyTool } from '@toolgate/catalogue/classify';
import { Prisma } from '@toolgate/db/client';
import type { Transaction } from '@toolgate/db/database';
import { assertNever } from '../assert-never.ts';
import { newId } from '../id.ts';
import type { KnownTool, ToolDifference } from './compare-tools.ts';
import type { PinnedTool } from './pinned-tool.ts';

interface Place {
  organizationId: string;
  serverId: string;
  now: Date;
}

/** The server's tools as they are pinned, removed ones included. */
export async function readKnownTools(tx: Transaction, { organizationId, serverId }: Omit<Place, 'now'>): Promise<KnownTool[]> {
  const rows = await tx.tool.findMany({
    where: { organizationId, serverId },
    select: {
      id: true,
      name: true,
      hash: true,
      state: true,
      changes: { where: { kind: 'removed' }, orderBy: { id: 'desc' }, take: 1, select: { before: true } },
    },
  });
  return rows.map(({ changes, ...tool }) => ({ ...tool, stateBefore: (changes[0]?.before as { state?: string } | null)?.state }));
}

/** Writes what a discovery changed, with a ToolChange for everything that a person should look at. */
export async function storeDifferences(tx: Transaction, place: Place, differences: readonly ToolDifference[]): Promise<void> {
  const added = differences.filter((difference) => difference.kind === 'new');
  const rows = added.map(({ tool, state }) => ({ ...columns(tool), ...ids(place), id: newId(), name: tool.name, state }));
  await tx.tool.createMany({ data: rows });
  await tx.toolChange.createMany({
    data: rows
      .filter((row) => row.state === 'quarantined')
      .map((row) => ({ ...changeOf(place, row.id), kind: 'added' as const, after: definition(row) })),
  });
  for (const difference of differences) await storeDifference(tx, place, difference);
}

async function storeDifference(tx: Transaction, place: Place, difference: ToolDifference): Promise<void> {
  if (difference.kind === 'new') return;
  const where = { organizationId_id: { organizationId: place.organizationId, id: difference.id } };
  const { hash, state, ...before } = await tx.tool.findUniqueOrThrow({ where });
  const change = { ...changeOf(place, difference.id), before: { ...definition(before), state, hash } };
  switch (difference.kind) {
    case 'back':
      await tx.tool.update({ where, data: { state: 'active', changedAt: place.now } });
      return;
    case 'changed':
      await tx.tool.update({ where, data: { ...columns(difference.tool), state: 'quarantined', changedAt: place.now } });
      await tx.toolChange.create({
        data: { ...change, kind: state === 'removed' ? 'added' : 'changed', after: definition(difference.tool) },
      });
      return;
    case 'vanished':
      await tx.tool.update({ where, data: { state: 'removed', changedAt: place.now } });
      await tx.toolChange.create({ data: { ...change, kind: 'removed' } });
      return;
    default:
      assertNever(difference);
  }
}

const ids = ({ organizationId, serverId }: Place) => ({ organizationId, serverId });
const changeOf = ({ organizationId, now }: Place, toolId: string) => ({ organizationId, id: newId(), toolId, at: now });

function columns(tool: PinnedTool) {
  const { category, risk, evidence } = classifyTool(tool);
  return {
    title: tool.title,
    description: tool.description,
    inputSchema: tool.inputSchema as Prisma.InputJsonObject,
    outputSchema: (tool.outputSchema as Prisma.InputJsonObject | null) ?? Prisma.DbNull,
    annotations: (tool.annotations as Prisma.InputJsonObject | null) ?? Prisma.DbNull,
    category,
    risk,
    evidence: evidence as unknown as Prisma.InputJsonArray,
    hash: tool.hash,
  };
}

/** What a person compares: the definition alone. */
function definition(tool: {
  name: string;
  title: unknown;
  description: unknown;
  inputSchema: unknown;
  outputSchema?: unknown;
  annotations?: unknown;
}) {
  const { name, title, description, inputSchema } = tool;
  const json = (value: unknown) => (value === Prisma.DbNull || value === undefined ? null : value);
  const { outputSchema, annotations } = tool;
  return {
    name,
    title,
    description,
    inputSchema,
    outputSchema: json(outputSchema),
    annotations: json(annotations),
  } as Prisma.InputJsonObject;
}
