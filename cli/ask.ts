import { createInterface } from 'node:readline/promises';
import { CommandFailed, exitCode } from './exit-code.ts';

/** A person at the keyboard who can answer questions. */
export interface Person {
  /** Prompts and returns the line that was typed; null at the end of the input. */
  line(prompt: string): Promise<string | null>;
  close(): void;
}

/** @returns null if standard input is not a terminal: scripts give their answers as options */
export function atKeyboard(signal: AbortSignal): Person | null {
  if (!process.stdin.isTTY) return null;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // readline reads Ctrl-C from the keyboard itself, so the process gets no signal unless it is sent on
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return {
    line: (prompt) => reader.question(prompt, { signal }).catch(() => null),
    close: () => reader.close(),
  };
}

/** Asks for confirmation. Throws `CommandFailed` unless the answer is yes. */
export async function mustAgree(person: Person | null, question: string): Promise<void> {
  if (person === null) {
    const next = 'review it with: vx11 plan show PLAN. Then: vx11 plan confirm PLAN --yes';
    throw new CommandFailed(
      exitCode.refused,
      `Standard input is not a terminal, so nobody can confirm the plan.\n  next: ${next}`,
    );
  }
  const reply = await person.line(`${question} [y/N] `);
  if (reply === null || !/^(y|yes|s|si|sí)$/i.test(reply.trim())) {
    throw new CommandFailed(
      exitCode.refused,
      'Not confirmed. The plan waits until it expires; to refuse it now: vx11 plan reject PLAN',
    );
  }
}
