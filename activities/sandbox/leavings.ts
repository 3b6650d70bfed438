import { pathProblem } from '../../domain/task-file.ts';
import { BrokenFrame } from './frames.ts';
import type { ArtifactFile, ArtifactSink } from './sandbox.ts';

const mostRefusals = 100;
/** A little more than the harness lets pass: whoever sends more is not ours. */
const mostFiles = 1100;

/** What a task left in /task/out, on its way into the sink. */
export interface Leavings {
  begin(path: string): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  /** `because path` of something that the harness did not send. */
  refuse(line: string): void;
  close(): Promise<void>;
  taken: { path: string; bytes: number }[];
  refused: { path: string; because: string }[];
}

/** Checks again what the harness has checked, so that a path is safe for whoever writes it to a disk. */
export function createLeavings(sink: ArtifactSink, diskMb: number): Leavings {
  const taken: Leavings['taken'] = [];
  const refused: Leavings['refused'] = [];
  let file: ArtifactFile | null = null;
  let left = diskMb * 2 ** 20;
  const end = async (): Promise<void> => {
    const ending = file;
    file = null;
    await ending?.close();
  };
  return {
    taken,
    refused,
    async begin(path) {
      await end();
      if (taken.length >= mostFiles) throw new BrokenFrame('more files than a task may leave');
      if (pathProblem(path) !== null) throw new BrokenFrame('a path that is none');
      file = await sink.open({ kind: 'left', path });
      taken.push({ path, bytes: 0 });
    },
    async write(bytes) {
      left -= bytes.length;
      const last = taken.at(-1);
      if (left < 0 || last === undefined || file === null)
        throw new BrokenFrame('more bytes than a task may leave');
      last.bytes += bytes.length;
      await file.write(bytes);
    },
    end,
    refuse(line) {
      const space = line.indexOf(' ');
      if (refused.length < mostRefusals)
        refused.push({ path: line.slice(space + 1), because: line.slice(0, space) });
    },
    close: end,
  };
}
