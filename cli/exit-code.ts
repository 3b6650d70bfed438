import { GatewayFailure } from '../client/gateway-failure.ts';

/** What the process says by its end; public, and listed in --help. */
export const exitCode = {
  ok: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  unreachable: 4,
  interrupted: 130,
} as const;

export const exitCodeHelp = `
Exit codes:
  0  done
  1  the window failed, or some service of it did; for doctor and audit: a check failed
  2  the command line is not right
  3  the gateway refused it (4xx)
  4  the gateway cannot be reached, or could not do it (5xx)
  130  it was ended by Ctrl-C
  vx11 run ends with the exit code of its task; 124 out of time, 130 cancelled, 128 + n by signal n`;

/** An end that is no success: what the person reads on stderr, and the code of the process. */
export class CommandFailed extends Error {
  /** One of `exitCode`, or a task's own. */
  readonly exit: number;

  constructor(exit: number, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'CommandFailed';
    this.exit = exit;
  }
}

/** The exit code that an error stands for; null where it is a fault of the program. */
export function exitOf(error: unknown): number | null {
  if (error instanceof CommandFailed) return error.exit;
  return error instanceof GatewayFailure ? exitCode[error.kind] : null;
}
