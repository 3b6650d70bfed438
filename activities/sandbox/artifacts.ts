import { pathProblem } from '../../domain/tasks/task-file.ts';
import { BrokenFrame } from './frames.ts';
import { noRoom, type ArtifactFile, type ArtifactSink } from './sandbox.ts';

const mostRefusals = 100;
/** A little more than the harness sends: a stream with more files is not from our harness. */
const mostFiles = 1100;

/** Writes the files that a task left in /task/out to the sink. */
export interface Artifacts {
  begin(path: string): Promise<void>;
  write(bytes: Uint8Array): Promise<void>;
  end(): Promise<void>;
  /** Records a file that the harness did not send: `<reason> <path>`. */
  refuse(line: string): void;
  close(): Promise<void>;
  taken: { path: string; bytes: number }[];
  refused: { path: string; because: string }[];
}

/** Repeats the checks of the harness, which is not trusted, so that every path is safe to write to a disk. */
export function createArtifacts(sink: ArtifactSink, diskMb: number): Artifacts {
  const taken: Artifacts['taken'] = [];
  const refused: Artifacts['refused'] = [];
  let file: ArtifactFile | null = null;
  /** The path of the current file, accepted or not. */
  let name: string | null = null;
  let begun = 0;
  let left = diskMb * 2 ** 20;
  const end = async (): Promise<void> => {
    const ending = file;
    file = null;
    name = null;
    await ending?.close();
  };
  const add = (path: string, because: string): void => {
    if (refused.length < mostRefusals) refused.push({ path, because });
  };
  return {
    taken,
    refused,
    async begin(path) {
      await end();
      if ((begun += 1) > mostFiles) throw new BrokenFrame('more files than a task may leave');
      if (pathProblem(path) !== null) throw new BrokenFrame('an invalid path');
      file = await sink.open({ kind: 'left', path });
      name = path;
      if (file === null) add(path, noRoom);
      else taken.push({ path, bytes: 0 });
    },
    async write(bytes) {
      left -= bytes.length;
      if (left < 0 || name === null) throw new BrokenFrame('more bytes than a task may leave');
      if (file === null) return; // this file was refused
      if (await file.write(bytes)) {
        taken.at(-1)!.bytes += bytes.length;
        return;
      }
      file = null;
      taken.pop();
      add(name, noRoom);
    },
    end,
    refuse(line) {
      const space = line.indexOf(' ');
      add(line.slice(space + 1), line.slice(0, space));
    },
    close: end,
  };
}
