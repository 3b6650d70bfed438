import { isAbsolute, relative, sep } from 'node:path';

/** Whether a path is a folder or lies in it, by the names alone: no link is followed. */
export function isInside(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return below !== '..' && !below.startsWith(`..${sep}`) && !isAbsolute(below);
}
