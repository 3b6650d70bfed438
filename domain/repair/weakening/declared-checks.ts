import { listOf, mapOf, textOf, type ComposeModel } from './word.ts';
import { ownOf } from './checks.ts';

/** Every text in the conditions and bodies of declared checks. */
export const conditionsOf = (model: ComposeModel | null): string[] =>
  checksIn(model).flatMap(({ conditions }) => listOf(conditions).map(textOf));

function checksIn(model: ComposeModel | null): Record<string, unknown>[] {
  const own = [mapOf(model?.['x-vx11']), ...Object.values(mapOf(model?.['services'])).map(ownOf)];
  return own
    .flatMap((one) => [
      ...listOf(one['checks']),
      ...listOf(one['suites']).flatMap((suite) => listOf(mapOf(suite)['endpoints'])),
    ])
    .map(mapOf);
}

/** The code of declared task checks, which are tests of programs. */
export function taskCodesOf(model: ComposeModel | null): string[] {
  return checksIn(model).flatMap(({ task }) =>
    typeof task === 'string'
      ? [task]
      : (['python', 'shell', 'node'] as const).map((language) => textOf(mapOf(task)[language])),
  );
}

/** Files that checks are imported from, relative to the folder of the stack. */
export const checkFilesOf = (model: ComposeModel | null): string[] => {
  const { import: files } = mapOf(model?.['x-vx11']);
  return (Array.isArray(files) ? files : [files])
    .map(textOf)
    .map((path) => path.replace(/^\.\//, ''));
};
