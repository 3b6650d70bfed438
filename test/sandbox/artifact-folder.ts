import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ArtifactSink } from '../../activities/sandbox/sandbox.ts';

/**
 * Writes an attempt's files to a folder: its artifacts below `out/`, its complete streams as `stdout` and `stderr`.
 * Existing files are never opened, so no link in the folder is followed.
 */
export function createArtifactFolder(folder: string): ArtifactSink {
  return {
    async open(what) {
      const path = what.kind === 'output' ? what.stream : join('out', what.path);
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      const file = await open(target, 'wx', 0o600);
      return {
        async write(bytes) {
          for (let at = 0; at < bytes.length;)
            at += (await file.write(bytes, at, bytes.length - at)).bytesWritten;
          return true;
        },
        close: () => file.close(),
      };
    },
  };
}
