/** Whether an error is the database's refusal of a second row with the same value, in this field if one is named (Prisma P2002). */
export function isUniqueViolation(error: unknown, field?: string): boolean {
  if (!(error instanceof Error) || (error as { code?: unknown }).code !== 'P2002') return false;
  return field === undefined || JSON.stringify((error as { meta?: unknown }).meta ?? null).includes(field);
}
