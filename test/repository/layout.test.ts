import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { filesBelow, importsOf, read } from './source.ts';

const code = /\.(ts|mjs|tsx)$/;
const mostFiles = 20;

interface Pattern {
  regex: string;
  /** Names the rooms that may be imported. */
  message: string;
  /** Types may be imported all the same. */
  allowTypeImports?: boolean;
}
interface Override {
  files: string[];
  rules: { 'no-restricted-imports'?: [string, { patterns: Pattern[] }] };
}
const overrides = (JSON.parse(read('.oxlintrc.json')) as { overrides: Override[] }).overrides;
const ruleOf = (folder: string): Pattern[] | null =>
  overrides.find(({ files }) => files.includes(`${folder}/**`))?.rules['no-restricted-imports']?.[1]
    .patterns ?? null;

/** Folder → folders that it may import, as ARCHITECTURE says. */
const table = new Map(
  [...read('ARCHITECTURE.md').matchAll(/^\| `(\w+)\/` +\|[^|]*\| ([^|]*)\|$/gm)].map(
    ([, folder, imports]) => [folder!, [...imports!.matchAll(/`(\w+)\/`/g)].map(([, one]) => one!)],
  ),
);
const tops = [...table.keys()];

/** Does the rule of `from` refuse every import of `to`? A room of activities/ has the name of sandbox/, which is Python. */
const refuses = (from: string, to: string): boolean =>
  (from === 'activities' && to === 'sandbox') ||
  ruleOf(from)!.some(
    ({ regex, allowTypeImports }) =>
      allowTypeImports !== true && new RegExp(regex).test(`../${to}/some.ts`),
  );

describe('imports between folders', () => {
  test.each(tops.filter((folder) => folder !== 'test'))(
    '%s: the lint rule allows what ARCHITECTURE says, and nothing else',
    (folder) => {
      expect(ruleOf(folder)).not.toBeNull();
      const others = tops.filter((other) => other !== folder);
      const allowed = others.filter((other) => !refuses(folder, other));
      expect(allowed.toSorted()).toEqual(table.get(folder)!.toSorted());
    },
  );

  test('every folder with code is in the table', () => {
    const folders = new Set(filesBelow('.', code).map((file) => file.split('/')[0]!));
    const known = new Set([
      ...tops,
      ...filesBelow('.', code).filter((file) => !file.includes('/')),
    ]);
    expect([...folders].filter((folder) => !known.has(folder))).toEqual([]);
  });

  test.each(['gateway', 'domain'])('every room of %s has a lint rule', (layer) => {
    const rooms = new Set(
      filesBelow(layer, code)
        .map(dirname)
        .filter((room) => room !== layer),
    );
    expect([...rooms].filter((room) => ruleOf(room) === null)).toEqual([]);
  });

  test.each(['gateway', 'domain'])(
    'a room of %s may import only the rooms that its rule names',
    (layer) => {
      const found = filesBelow(layer, code).map((file) => file.split('/').slice(1, -1)[0] ?? '');
      const rooms = [...new Set(found)].filter((room) => room !== '');
      const open = rooms.flatMap((room) => {
        const rule = ruleOf(`${layer}/${room}`)!;
        const named = rule.map(({ message }) => message).join(' ');
        if (named.includes('every room')) return [];
        return rooms
          .filter((other) => other !== room && !new RegExp(`\\b${other}\\b`).test(named))
          .filter((other) => !rule.some(({ regex }) => new RegExp(regex).test(`../${other}/a.ts`)))
          .map((other) => `${room} may import ${other}`);
      });
      expect(open).toEqual([]);
    },
  );
});

describe('rooms', () => {
  const layers = tops.filter((folder) => !['test', 'docs'].includes(folder));
  test.each(layers)('no two rooms of %s import each other, directly or not', (layer) => {
    const graph = new Map<string, Set<string>>();
    const roomOf = (file: string): string => file.split('/').slice(1, -1)[0] ?? '';
    for (const [file, imports] of importsOf(filesBelow(layer, code)))
      for (const other of imports.filter((path) => path.startsWith(`${layer}/`))) {
        const [from, to] = [roomOf(file), roomOf(other)];
        // files at the top of a layer wire its rooms together
        if (from !== to && from !== '' && to !== '')
          graph.set(from, (graph.get(from) ?? new Set()).add(to));
      }
    expect(cycleIn(graph)).toBeNull();
  });

  test('no room has more than 20 files; contracts/ is a dictionary, and migrations are only added to', () => {
    const rooms = Map.groupBy(filesBelow('.', code), dirname);
    const full = [...rooms].filter(
      ([room, files]) =>
        files.length > mostFiles && !['contracts', 'store/migrations'].includes(room),
    );
    expect(full.map(([room, files]) => `${room}: ${files.length}`)).toEqual([]);
  });
});

function cycleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): string[] | null {
  const done = new Set<string>();
  const visit = (room: string, path: string[]): string[] | null => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return null;
    for (const next of graph.get(room) ?? []) {
      const cycle = visit(next, [...path, room]);
      if (cycle !== null) return cycle;
    }
    done.add(room);
    return null;
  };
  for (const room of graph.keys()) {
    const cycle = visit(room, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
