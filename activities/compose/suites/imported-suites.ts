import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { stackFolder } from '../stack-folder.ts';
import { readGatus, type ImportedSuite } from '../../../domain/checks/read-gatus.ts';

const mostBytes = 1024 * 1024;

/** The paths of imported files. They are relative to the first compose file. @param named the compose files, absolute */
export const importedPaths = (named: string, names: readonly string[]): string[] =>
  names.map((name) => resolve(stackFolder(named), name));

/** Reads the suites of imported files. A file that cannot be read is a suite with that problem. */
export async function readImports(
  named: string,
  names: readonly string[],
): Promise<ImportedSuite[]> {
  const paths = importedPaths(named, names);
  const read = async (name: string, path: string): Promise<ImportedSuite[]> => {
    try {
      const { size } = await stat(path);
      if (size > mostBytes) throw new Error('it is larger than 1 MiB');
      return readGatus(name, parse(await readFile(path, 'utf8'), { maxAliasCount: 100 }));
    } catch (error) {
      const why = error instanceof Error ? error.message.split('\n')[0] : String(error);
      const problem = `${name}: it cannot be read: ${why}`;
      return readGatus(name, null).map((suite) => ({ ...suite, problems: [problem] }));
    }
  };
  return (await Promise.all(names.map((name, at) => read(name, paths[at]!)))).flat();
}
