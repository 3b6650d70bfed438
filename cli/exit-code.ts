import { GatewayFailure } from '../client/gateway-failure.ts';

/** The exit codes of the process. They are public and listed in --help. */
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
  1  the window or one of its services failed; for doctor and audit: a check failed
  2  the command line is not valid
  3  the gateway refused the request (4xx)
  4  the gateway cannot be reached, or failed (5xx)
  130  interrupted by Ctrl-C
  vx11 drift: 0 everything is as declared, 2 something is not
  vx11 patch create: 2 there is nothing that a patch sets right
  vx11 init compose: 3 the file exists
  64 vx11 mcp was given a token that may do more than an agent
  vx11 check: 0 all passed, 1 some not, 2 nothing could be judged
  vx11 run exits with its task's exit code; 124 timed out, 130 cancelled, 128 + n ended by signal n`;

/** Ends the command without success: the message goes to stderr, and `exit` becomes the process's exit code. */
export class CommandFailed extends Error {
  /** One of `exitCode`, or the exit code of a task. */
  readonly exit: number;

  constructor(exit: number, message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = 'CommandFailed';
    this.exit = exit;
  }
}

/** Returns the exit code for an error; null if the error is a bug in the program. */
export function exitOf(error: unknown): number | null {
  if (error instanceof CommandFailed) return error.exit;
  return error instanceof GatewayFailure ? exitCode[error.kind] : null;
}
