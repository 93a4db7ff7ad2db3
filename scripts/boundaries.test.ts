/** The direction of imports, as docs/architecture.md has it: what is pure stays pure, apps never meet, nothing goes in circles. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** What each package may import of the others (besides itself). */
const PURE = ['policy', 'audit', 'catalogue', 'mcp'];
const MAY: Record<string, string[]> = {
  policy: [],
  audit: [],
  catalogue: [],
  mcp: [],
  egress: ['mcp'],
  embedded: [],
  wavespeed: [],
  db: [],
  ledger: ['audit', 'db'],
  jobs: ['ledger'],
  services: [...PURE, 'db', 'ledger', 'jobs'],
  testing: [...PURE, 'db', 'embedded', 'ledger', 'jobs', 'services'],
};
const APP = [...PURE, 'egress', 'db', 'ledger', 'jobs', 'services', 'wavespeed'];

interface Import {
  file: string;
  what: string;
}

/** What is made by programs changes while this runs: it is not entered. */
const MADE = ['node_modules', 'generated', '.next'];

const sources = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const place = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return MADE.includes(entry.name) ? [] : sources(place);
    return entry.isFile() && /\.(ts|tsx)$/.test(entry.name) ? [place] : [];
  });

/** With 'values', imports of types alone do not count: they are gone when the code runs. */
const importsOf = (file: string, kind: 'all' | 'values' = 'all'): Import[] =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(/^.*(?:\bfrom|\bimport)\s*\(?\s*['"]([^'"]+)['"]/gm)]
    .filter(([line]) => kind === 'all' || !/^(import|export) type\b/.test(line))
    .map((match) => ({ file, what: match[1] as string }));

const folders = (top: string): string[] =>
  readdirSync(path.join(root, top), { withFileTypes: true })
    .filter((e) => e.isDirectory())
    .map((e) => e.name);
/** Tests, and what only tests use, may also reach what runs databases and upstreams. */
const isTest = (file: string) =>
  /\.test\.tsx?$/.test(file) || /^(packages\/testing|apps\/e2e)\//.test(file) || /\/src\/testing\//.test(file);

test('packages import only what lies below them, and apps never import each other', () => {
  const wrong: string[] = [];
  for (const [top, names] of [
    ['packages', folders('packages')],
    ['apps', folders('apps')],
  ] as const)
    for (const name of names)
      for (const file of sources(`${top}/${name}`))
        for (const { what } of importsOf(file)) {
          const other = /^@toolgate\/([^/]+)/.exec(what)?.[1];
          if (!other || other === name) continue;
          const may = top === 'packages' ? (MAY[name] ?? []) : APP;
          const forTests = ['testing', 'embedded', ...APP].includes(other) && isTest(file);
          if (!may.includes(other) && !forTests) wrong.push(`${file} imports ${what}`);
        }
  expect(wrong).toEqual([]);
});

test('pure packages import nothing of Node', () => {
  const wrong = PURE.flatMap((name) =>
    sources(`packages/${name}`)
      .filter((file) => !isTest(file))
      .flatMap((file) => importsOf(file)),
  ).filter(({ what }) => what.startsWith('node:'));
  expect(wrong).toEqual([]);
});

test('features of the dashboard never import each other', () => {
  const wrong: Import[] = [];
  for (const file of sources('apps/dashboard/features')) {
    const own = /features\/([^/]+)/.exec(file)?.[1];
    for (const found of importsOf(file)) {
      const resolved = found.what.startsWith('.') ? path.join(path.dirname(file), found.what) : found.what;
      const other = /features\/([^/]+)/.exec(resolved)?.[1];
      if (other && other !== own) wrong.push(found);
    }
  }
  expect(wrong).toEqual([]);
});

test('only env files read the environment of an app', () => {
  const wrong = ['gateway', 'worker', 'runner', 'cli', 'dashboard']
    .flatMap((name) => sources(`apps/${name}`))
    .filter((file) => !isTest(file) && !/(^|\/)(env|main|instrumentation|next\.config)\.ts$/.test(file))
    .filter((file) => readFileSync(path.join(root, file), 'utf8').includes('process.env'));
  expect(wrong).toEqual([]);
});

test('no file imports itself by a circle of relative imports', () => {
  const graph = new Map<string, string[]>();
  for (const top of ['packages', 'apps'])
    for (const name of folders(top))
      for (const file of sources(`${top}/${name}`))
        graph.set(
          file,
          importsOf(file, 'values')
            .filter(({ what }) => what.startsWith('.'))
            .map(({ what }) => path.join(path.dirname(file), what)),
        );
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, trail: string[]): void => {
    if (state.get(file) === 'done' || !graph.has(file)) return;
    if (state.get(file) === 'open') return void circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  expect(circles).toEqual([]);
});
