import { keptOfStream } from '../../domain/tasks/output.ts';
import { noRoom, type ArtifactFile, type AttemptSinks, type OutputStream } from './sandbox.ts';

/** As many pieces are joined, so that a million single bytes are no million pieces. */
const mostPieces = 1024;

/** Both streams of a task on their way to who follows it, and to a file when they are long. */
export interface Outputs {
  /** Resolves when all who listen have taken it. */
  push(stream: OutputStream, bytes: Uint8Array, at: number): Promise<void>;
  close(): Promise<void>;
  /** Streams that are not in a file although they are long. */
  refused: { path: string; because: string }[];
}

/** @param diskMb the most that is written of each stream to its file */
export function createOutputs(sinks: AttemptSinks, diskMb: number): Outputs {
  const refused: Outputs['refused'] = [];
  const streams = { stdout: oneStream('stdout'), stderr: oneStream('stderr') };
  function oneStream(stream: OutputStream) {
    let file: ArtifactFile | null = null;
    let early: Uint8Array[] = [];
    /** There was no room for it. */
    let givenUp = false;
    let bytes = 0;
    let left = diskMb * 2 ** 20;
    return {
      async push(chunk: Uint8Array) {
        bytes += chunk.length;
        if (givenUp) return;
        if (file === null) {
          early.push(new Uint8Array(chunk));
          if (early.length === mostPieces) early = [Buffer.concat(early)];
          if (bytes <= keptOfStream.whole) return;
          // more than the result keeps: all of it goes to a file, from the beginning
          const whole = Buffer.concat(early);
          early = [];
          file = await sinks.artifacts.open({ kind: 'output', stream });
          if (file === null) giveUp();
          else await write(whole);
        } else await write(chunk);
      },
      async close() {
        await file?.close();
      },
    };
    async function write(chunk: Uint8Array): Promise<void> {
      const fitting = chunk.subarray(0, left);
      left -= fitting.length;
      if (fitting.length > 0 && (await file?.write(fitting)) === false) giveUp();
    }
    function giveUp(): void {
      file = null;
      givenUp = true;
      refused.push({ path: `.output/${stream}`, because: noRoom });
    }
  }
  return {
    refused,
    async push(stream, bytes, at) {
      await sinks.onOutput(stream, bytes, at);
      await streams[stream].push(bytes);
    },
    async close() {
      await Promise.all([streams.stdout.close(), streams.stderr.close()]);
    },
  };
}
