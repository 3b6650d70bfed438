import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { timed } from '../sample.ts';

const image = 'vx11-sandbox:local';

/** The limits and the hardening of our sandboxes, as far as the command line supports them, and also without a network. */
const plainArgs = [
  'run --rm --network none --ipc none --read-only --cap-drop ALL --security-opt no-new-privileges',
  '--memory 256m --memory-swap 256m --cpus 1 --pids-limit 128 --user 65534:65534 --log-driver none',
  '--tmpfs /task:rw,noexec,nosuid,nodev,size=64m --tmpfs /tmp:rw,noexec,nosuid,nodev,size=64m',
].flatMap((line) => line.split(' '));

/** Times `docker run --rm` of a program that prints `1`, in ms. */
export async function plainRun(program: readonly string[]): Promise<number> {
  const args = [...plainArgs, image, ...program];
  const [took, { stdout }] = await timed(() => promisify(execFile)('docker', args));
  if (stdout !== '1\n') throw new Error(`docker run printed ${stdout}`);
  return took;
}
