/** The command line: `vx11 open web --ttl 10m`. All but `up` and `doctor` only speak HTTP to the gateway. */
import { commandOf } from './command-name.ts';
import { runProgram } from './program.ts';
import { realTerminal } from './terminal.ts';

const args = process.argv.slice(2);
const interrupted = new AbortController();
const command = commandOf(args);
/** How long an interrupted command may take to end; `run` ends its task first. A second Ctrl-C does not wait. */
const endMs = command === 'run' ? 10_000 : 500;
// `up` ends its stack in order and minds its own signals.
if (command !== 'up') {
  process.once('SIGINT', () => {
    interrupted.abort();
    setTimeout(() => process.exit(130), endMs).unref();
  });
}
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    // as with `| head`; a stack goes on although nobody reads what it says, and can still be ended in order
    if (error.code === 'EPIPE' && command !== 'up') process.exit(0);
  });

process.exitCode = await runProgram(args, {
  env: process.env,
  terminal: realTerminal,
  signal: interrupted.signal,
});
