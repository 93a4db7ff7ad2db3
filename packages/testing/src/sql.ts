import pg from 'pg';

/** Runs one statement as whoever the address names: what no verb does on purpose, such as moving a date. Gives how many rows it touched. */
export async function runSql(url: string, sql: string, values: readonly unknown[] = []): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  // What ends the connection is told by the query; the event, unheard, would end the process.
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query(sql, [...values])).rowCount ?? 0;
  } finally {
    await client.end();
  }
}
