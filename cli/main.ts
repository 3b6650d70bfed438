/** The command line: `vx11 open web --ttl 10m`. All but `up` and `doctor` only speak HTTP to the gateway. */
import { runProgram } from './program.ts';
import { realTerminal } from './terminal.ts';

const args = process.argv.slice(2);
const interrupted = new AbortController();
// `up` ends its stack in order and minds its own signals.
if (args.find((arg) => !arg.startsWith('-')) !== 'up') {
  process.once('SIGINT', () => {
    interrupted.abort();
    setTimeout(() => process.exit(130), 500).unref();
  });
}
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0); // as with `| head`
});

process.exitCode = await runProgram(args, {
  env: process.env,
  terminal: realTerminal,
  signal: interrupted.signal,
});
