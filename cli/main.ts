/** The command line: `vx11 open web --ttl 10m`. All commands but `up` and `doctor` only call the gateway over HTTP. */
import { commandOf } from './command-name.ts';
import { realTerminal } from './terminal.ts';

const args = process.argv.slice(2);
const interrupted = new AbortController();
const command = commandOf(args);
/** How long an interrupted command may take to end; `run` cancels its task first. A second Ctrl-C ends it at once. */
const endMs = command === 'run' ? 10_000 : 500;

/** Runs the command line of this process. @returns its exit code */
export async function main(): Promise<number> {
  // `up` shuts its stack down in order and handles its own signals
  if (command !== 'up') {
    process.once('SIGINT', () => {
      interrupted.abort();
      setTimeout(() => process.exit(130), endMs).unref();
    });
  }
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // the reader is gone, as with `| head`; a stack keeps running without one and can still be shut down in order
      if (error.code === 'EPIPE' && command !== 'up') process.exit(0);
    });
  // the supervisor lives as long as the stack, so it does not load the other commands
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

// scripts/vx11.mjs calls it in its own process; cli/up/compile/supervisor.mjs only compiles it
if (import.meta.main) process.exitCode = await main();
