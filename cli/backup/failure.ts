import { CommandFailed, exitCode } from '../exit-code.ts';

/** Ends a backup or a restore: nothing was changed. */
export const refuse = (message: string, cause?: unknown): CommandFailed =>
  new CommandFailed(exitCode.failed, message, { cause });

const reasons: Record<string, string> = {
  ENOSPC: 'its disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EFBIG: 'a file may not grow that large here; raise the limit (ulimit -f)',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its disk is read-only',
  ENOENT: 'the folder does not exist',
};

/** The same for an error of the file system or of SQLite, in words. */
export function refuseWith(error: unknown, what: string): CommandFailed {
  if (error instanceof CommandFailed) return error;
  const { code = '', message, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  // 13: SQLITE_FULL
  const why = reasons[errcode === 13 ? 'ENOSPC' : code] ?? message;
  return refuse(`${what}: ${why}.`, error);
}
