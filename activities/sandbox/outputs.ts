import { keptOfStream } from '../../domain/tasks/output.ts';
import { noRoom, type ArtifactFile, type AttemptSinks, type OutputStream } from './sandbox.ts';

/** Pieces that are kept before they are joined, so that a million single bytes do not become a million buffers. */
const mostPieces = 1024;

/** Passes both streams of a task to its listener, and writes a long one to a file as well. */
export interface Outputs {
  /** Resolves when the listener and the file have taken the chunk. */
  push(stream: OutputStream, bytes: Uint8Array, at: number): Promise<void>;
  close(): Promise<void>;
  /** Long streams that could not be written to a file. */
  refused: { path: string; because: string }[];
}

/** @param diskMb the most that is written to the file of each stream, in MiB */
export function createOutputs(sinks: AttemptSinks, diskMb: number): Outputs {
  const refused: Outputs['refused'] = [];
  const streams = { stdout: oneStream('stdout'), stderr: oneStream('stderr') };
  function oneStream(stream: OutputStream) {
    let file: ArtifactFile | null = null;
    let early: Uint8Array[] = [];
    /** Whether there was no room for the file. */
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
          // longer than the result keeps: the whole stream goes to a file
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
