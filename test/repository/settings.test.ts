import { format, resolveConfig } from 'prettier';
import { expect, test } from 'vitest';
import type { z } from 'zod';
import { ownVariables } from '../../cli/up/own-variables.ts';
import { envVariables } from '../../contracts/env.ts';
import * as tls from '../../contracts/tls.ts';
import { filesBelow, read } from './source.ts';

const all = { ...envVariables, ...ownVariables };
type Name = keyof typeof all;
const names = Object.keys(all) as Name[];

/** The comment of each variable; one comment counts for all variables up to the next. */
function meanings(): Map<string, string> {
  const [shared, own] = [read('contracts/env.ts'), read('cli/up/own-variables.ts')];
  const table =
    shared.slice(shared.indexOf('export const envVariables')) +
    own.slice(own.indexOf('/** Variables that only'));
  const found = new Map<string, string>();
  let comment = '';
  for (const [, said, name] of table.matchAll(/\/\*\*([\s\S]*?)\*\/|^ {2}([A-Z][A-Z0-9_]+):/gm)) {
    if (said !== undefined)
      comment = said
        .replaceAll(/^\s*\*/gm, '')
        .replaceAll(/\s+/g, ' ')
        .trim();
    else if ((name ?? '') in all) found.set(name!, comment);
  }
  return found;
}

/** What an unset variable counts as, as it would be written; null if it has to be set. */
function usual(name: Name): string | null {
  const schema: z.ZodType = all[name];
  const unset = schema.safeParse(undefined);
  if (!unset.success) return null;
  let at: unknown = schema;
  for (;;) {
    const { def } = at as {
      def: {
        type: string;
        innerType?: unknown;
        in?: unknown;
        out?: unknown;
        defaultValue?: unknown;
      };
    };
    if (def.type === 'default') return String(def.defaultValue);
    // a pipe has a transform on one of its sides
    const inner = def.innerType ?? (isTransform(def.in) ? def.out : def.in);
    if (inner === undefined) return typeof unset.data === 'string' ? unset.data : '';
    at = inner;
  }
}
const isTransform = (schema: unknown): boolean =>
  (schema as { def?: { type?: string } } | undefined)?.def?.type === 'transform';

/** Where each process reads its environment. */
const processes: [string, RegExp][] = [
  ['gateway', /^gateway\/config\.ts$/],
  ['madre', /^(workers\/madre\/|activities\/(providers|compose|power)\/)/],
  ['spawner', /^workers\/spawner\//],
  ['switch', /^(workers\/switch\/|activities\/routing\/)/],
  ['hermes', /^workers\/hermes\//],
  ['shubniggurath', /^(workers\/roles\/shubniggurath|activities\/audio\/)/],
  ['roles', /^workers\/runner\.ts$/],
  // what `vx11 init compose` writes names variables of other processes
  ['vx11', /^cli\/(?!up\/|init\/(compose|all-in-one)\.ts)/],
  ['npm start', /^cli\/up\//],
];
/** Lists of variables that are read as one. */
const lists = Object.entries(tls as Record<string, unknown>).flatMap(
  ([list, those]): [string, readonly Name[]][] =>
    Array.isArray(those) ? [[list, those as Name[]]] : [],
);

function readers(): Map<string, string[]> {
  const found = new Map<string, Set<string>>(names.map((name) => [name, new Set()]));
  const files = ['gateway', 'workers', 'activities', 'cli'].flatMap((folder) =>
    filesBelow(folder, /\.ts$/),
  );
  for (const file of files) {
    const process = processes.find(([, where]) => where.test(file))?.[0];
    if (process === undefined) continue;
    const text = read(file);
    const words = new Set(text.match(/\w+/g));
    const named = [
      ...names.filter((name) => words.has(name)),
      ...lists.flatMap(([list, those]) => (words.has(list) ? those : [])),
    ];
    for (const name of named) found.get(name)!.add(process);
  }
  return new Map([...found].map(([name, by]) => [name, [...by]]));
}

const cell = (text: string): string => text.replaceAll('|', '\\|');

test('docs/settings.md has every variable with its default, its meaning and who reads it', async () => {
  const [meaning, by] = [meanings(), readers()];
  const rows = names.map((name) => {
    const value = usual(name);
    const shown = value === null ? 'required' : value === '' ? '' : `\`${value}\``;
    return `| \`${name}\` | ${cell(shown)} | ${cell(meaning.get(name) ?? '')} | ${by.get(name)!.join(', ')} |`;
  });
  const text = [
    '# Settings',
    '',
    'Every environment variable of VX11: what it counts as while it is unset, what it means, and which',
    'process reads it. `npm start` hands its own environment to the processes that it starts, and sets what is required. This page is',
    'written by `npx vitest run --project fast test/repository/settings.test.ts --update=all`.',
    '',
    '| variable | default | meaning | read by |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
  const file = 'docs/settings.md';
  const options = await resolveConfig(file);
  await expect(await format(text, { ...options, filepath: file })).toMatchFileSnapshot(
    `../../${file}`,
  );
});

test('every variable has a meaning, and is read by a process', () => {
  const [meaning, by] = [meanings(), readers()];
  expect(names.filter((name) => !meaning.get(name))).toEqual([]);
  expect(names.filter((name) => by.get(name)!.length === 0)).toEqual([]);
});
