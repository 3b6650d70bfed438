/** The command line: `vx11 open web --ttl 10m`. All but `up` and `doctor` only speak HTTP to the gateway. */
import { commandOf } from './command-name.ts';
import { realTerminal } from './terminal.ts';

const args = process.argv.slice(2);
const interrupted = new AbortController();
const command = commandOf(args);
/** How long an interrupted command may take to end; `run` ends its task first. A second Ctrl-C does not wait. */
const endMs = command === 'run' ? 10_000 : 500;

async function main(): Promise<number> {
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
  // this one stays for as long as the stack, so it loads nothing of the other commands
  if (args.length === 1 && command === 'up') {
    const { up } = await import('./up.ts');
    return up({ env: process.env, say: realTerminal(false).out });
  }
  const { runProgram } = await import('./program.ts');
  return runProgram(args, {
    env: process.env,
    terminal: realTerminal,
    signal: interrupted.signal,
  });
}

// loaded by another file it only gets compiled
if (import.meta.main) process.exitCode = await main();
