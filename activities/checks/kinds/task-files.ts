import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { taskBounds } from '../../../contracts/task-request.ts';
import type { ScriptType } from '../../../contracts/task.ts';
import { checkTaskFiles } from '../../../domain/tasks/task-file.ts';
import { utf8Text } from '../../../platform/utf8-text.ts';
import { walk } from '../../../platform/files/walk.ts';

type TaskFile = { path: string; content: string };

/** Folders that no program needs to run. */
const isSkipped = (_path: string, name: string): boolean => /^(?:\.git|__pycache__)$/.test(name);

/**
 * Reads the files that a task check names; a folder stands for everything in it. Links are left out, so that nothing from
 * outside the folder gets into a sandbox.
 * @param names relative to the folder, without `.` and `..`
 * @returns what is wrong with them, if something is
 */
export async function readTaskFiles(
  folder: string,
  names: readonly string[],
  language: ScriptType,
): Promise<{ files: TaskFile[] } | { problem: string }> {
  if (names.length === 0) return { files: [] };
  const root = await realpath(folder);
  const files = new Map<string, string>();
  let bytes = 0;
  for (const name of names) {
    const real = await realpath(join(root, name)).catch(() => null);
    if (real === null) return { problem: `task.files: there is no ${name} in the stack's folder` };
    if (real !== join(root, name)) return { problem: `task.files: ${name} leads through a link` };
    for await (const { path, stats } of walk(root, isSkipped, { from: name })) {
      if (!stats.isFile() || files.has(path)) continue;
      bytes += stats.size;
      if (files.size >= taskBounds.files || bytes > taskBounds.filesBytes)
        return {
          problem: `task.files: more than ${taskBounds.files} files or ${taskBounds.filesBytes / 2 ** 20} MiB; name fewer`,
        };
      const content = utf8Text(await readFile(join(root, path)));
      if (content === null) return { problem: `task.files: ${path} is not UTF-8 text` };
      files.set(path, content);
    }
  }
  const [wrong] = checkTaskFiles([...files.keys()], language);
  return wrong === undefined
    ? { files: [...files].map(([path, content]) => ({ path, content })) }
    : { problem: `task.files: ${[...files.keys()][wrong.index]} ${wrong.problem}` };
}
