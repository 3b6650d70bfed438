import type { Command } from 'commander';
import type { GatewayClient } from '../client/gateway-client.ts';
import type { Terminal } from './terminal.ts';

/** What a command works with, after the global options are parsed. */
export interface Session {
  gateway: GatewayClient;
  terminal: Terminal;
  env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Adds one command, or a group of them, to the program. */
export type AddCommand = (program: Command, session: () => Session) => void;
