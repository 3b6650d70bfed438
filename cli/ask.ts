import { createInterface } from 'node:readline/promises';
import { CommandFailed, exitCode } from './exit-code.ts';

/** Someone at the keyboard who can be asked; nobody where the input is no terminal. */
export interface Person {
  /** The line that was typed; null at the end of the input. */
  line(prompt: string): Promise<string | null>;
  close(): void;
}

/** @returns null where nobody can answer: scripts say what they want by options */
export function atKeyboard(signal: AbortSignal): Person | null {
  if (!process.stdin.isTTY) return null;
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  // it takes Ctrl-C from the keyboard before the process hears of it
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  return {
    line: (prompt) => reader.question(prompt, { signal }).catch(() => null),
    close: () => reader.close(),
  };
}

/** Throws where the person does not say yes. */
export async function mustAgree(person: Person | null, question: string): Promise<void> {
  if (person === null) {
    const next = 'look at it with: vx11 plan show PLAN. Then: vx11 plan confirm PLAN --yes';
    throw new CommandFailed(exitCode.refused, `Nobody is here to confirm it.\n  next: ${next}`);
  }
  const said = await person.line(`${question} [y/N] `);
  if (said === null || !/^(y|yes|s|si|sí)$/i.test(said.trim())) {
    throw new CommandFailed(
      exitCode.refused,
      'Not confirmed; it waits until it expires, or: vx11 plan reject PLAN',
    );
  }
}
