/**
 * Prints the SQL that leads from a database (or from nothing) to prisma/schema.prisma: for writing the next
 * migration, and for the test that the migrations produce the schema. Drives Prisma's own schema engine as
 * WebAssembly, which is an internal interface: its version is pinned exactly.
 *
 *   node scripts/schema-diff.ts [DATABASE_URL]
 */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';

// Not among the types of Node.
const webAssembly = (
  globalThis as unknown as { WebAssembly: { instantiate(bytes: Uint8Array, imports: object): Promise<{ instance: { exports: object } }> } }
).WebAssembly;
const root = path.resolve(import.meta.dirname, '..');
const require = createRequire(path.join(root, 'packages/db/package.json'));

interface SchemaEngine {
  diff(input: object): Promise<{ exitCode: number; stdout: string | null }>;
}

/** @param databaseUrl null: from an empty database. Gives the SQL, and whether there is any difference. */
export async function schemaDiff(databaseUrl: string | null): Promise<{ sql: string; differs: boolean }> {
  const schemaPath = path.join(root, 'prisma/schema.prisma');
  const files = [{ path: schemaPath, content: await readFile(schemaPath, 'utf8') }];
  const filters = { externalTables: [], externalEnums: [] };
  const engine = await startEngine(files, databaseUrl ?? 'postgresql://unused');
  const from = databaseUrl ? { tag: 'schemaDatasource', files, configDir: root } : { tag: 'empty' };
  const result = await engine.diff({
    from,
    to: { tag: 'schemaDatamodel', files },
    script: true,
    exitCode: true,
    shadowDatabaseUrl: null,
    filters,
  });
  return { sql: result.stdout ?? '', differs: result.exitCode !== 0 };
}

async function startEngine(files: { path: string; content: string }[], url: string): Promise<SchemaEngine> {
  // The engine reports panics through this global.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: (m: string) => console.error(m) } });
  const folder = path.dirname(require.resolve('@prisma/schema-engine-wasm'));
  const bindings = await import(pathToFileURL(path.join(folder, 'schema_engine_bg.js')).href);
  const { instance } = await webAssembly.instantiate(await readFile(path.join(folder, 'schema_engine_bg.wasm')), {
    './schema_engine_bg.js': bindings,
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports as { __wbindgen_start(): void }).__wbindgen_start();
  const { PrismaPg } = await import(pathToFileURL(require.resolve('@prisma/adapter-pg')).href);
  const utilities = await import(pathToFileURL(require.resolve('@prisma/driver-adapter-utils')).href);
  const adapter = readCatalogueTypes(new PrismaPg({ connectionString: url }), utilities.ColumnTypeEnum.Character);
  return bindings.SchemaEngine.new(
    { datamodels: files.map((file) => [file.path, file.content]) },
    () => {},
    utilities.bindMigrationAwareSqlAdapterFactory(adapter),
  );
}

// The adapter does not map the catalogue type "char" (oid 18), which the engine reads: read it as text and say so.
function readCatalogueTypes<T extends object>(factory: T, character: number): T {
  const charColumns = new Set<string>();
  const Result = require('pg/lib/result.js') as { prototype: { addFields(fields: pg.FieldDef[]): void } };
  const addFields = Result.prototype.addFields;
  Result.prototype.addFields = function (fields) {
    charColumns.clear();
    for (const field of fields) {
      if (field.dataTypeID === 18) {
        field.dataTypeID = 25;
        charColumns.add(field.name);
      }
      if (field.dataTypeID === 1003) field.dataTypeID = 1009;
    }
    addFields.call(this, fields);
  };
  // biome-ignore lint/suspicious/noExplicitAny: an internal interface without types.
  const patched = factory as any;
  for (const method of ['connect', 'connectToShadowDb']) {
    const connect = patched[method]?.bind(factory);
    if (!connect) continue;
    patched[method] = async () => {
      const connection = await connect();
      const queryRaw = connection.queryRaw.bind(connection);
      connection.queryRaw = async (query: unknown) => {
        const result = await queryRaw(query);
        const rows = result.value ?? result;
        rows.columnNames?.forEach((name: string, i: number) => {
          if (charColumns.has(name)) rows.columnTypes[i] = character;
        });
        return result;
      };
      return connection;
    };
  }
  return factory;
}

if (import.meta.main) {
  const { sql, differs } = await schemaDiff(process.argv[2] ?? null);
  process.stdout.write(sql);
  process.exit(differs && process.argv[2] ? 2 : 0);
}
