import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';

/** Reads `+ <pid>` and `- <pid>`. When its input ends, its writer has ended, and it kills the remaining processes. */
const script = `tree() {
  echo "$1"
  for child in $(pgrep -P "$1"); do tree "$child"; done
}
live=' '
while read -r sign pid; do
  case $sign in
    +) live="$live$pid " ;;
    -) live="\${live%% $pid *} \${live#* $pid }" ;;
  esac
done
for pid in $live; do kill -KILL $(tree "$pid"); done 2>/dev/null`;

let input: Socket | undefined;

/** Kills `child` and its descendants if this process ends first, also by SIGKILL, as in an interrupted test run. */
export function endWithUs(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined) return;
  if (input === undefined) {
    const reaper = spawn('sh', ['-c', script], {
      detached: true, // so that Ctrl-C does not end it
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    reaper.unref();
    input = reaper.stdin as Socket;
    input.unref();
    input.on('error', () => (input = undefined));
  }
  input.write(`+ ${pid}\n`);
  child.once('exit', () => void input?.write(`- ${pid}\n`));
}
