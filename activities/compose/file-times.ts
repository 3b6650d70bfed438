import { stat } from 'node:fs/promises';

/** Names and modification times of files, including files that do not exist. */
export async function timesOf(files: readonly string[]): Promise<string> {
  const times = files.map(async (file) => {
    const found = await stat(file).catch(() => null);
    return `${file}:${found === null ? 'absent' : `${found.mtimeMs}:${found.size}:${found.ino}`}`;
  });
  return (await Promise.all(times)).join('|');
}
