import type pg from 'pg';

const KEPT_DAYS = 90;

/** Requests stay for ever, the arguments that were shown with them do not. Gives of how many they were forgotten. */
export async function forgetArguments(pool: pg.Pool): Promise<number> {
  const { rowCount } = await pool.query(
    `UPDATE "Approval" SET "ciphertext" = ''
     WHERE "createdAt" < clock_timestamp() - make_interval(days => $1) AND "state" <> 'pending' AND length("ciphertext") > 0`,
    [KEPT_DAYS],
  );
  return rowCount ?? 0;
}
