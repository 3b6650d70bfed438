/** Where a command writes: answers go to `out`, everything else to `err`. */
export interface Terminal {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Writes text or bytes unchanged, such as a task's output. */
  raw: (stream: 'stdout' | 'stderr', text: string | Uint8Array) => void;
  /** Shows a line on stderr that the next one replaces; null if stderr is not a terminal. */
  live: ((text: string) => void) | null;
  /** True for `--json`: print only the answer, as JSON. */
  json: boolean;
}

/** Moves to the start of the line and erases it. */
const clearLine = '\r\u001b[2K';

export function realTerminal(json: boolean): Terminal {
  return {
    out: (text) => void process.stdout.write(`${text}\n`),
    err: (text) => void process.stderr.write(`${text}\n`),
    raw: (stream, text) => void process[stream].write(text),
    live:
      process.stderr.isTTY && process.env.TERM !== 'dumb'
        ? (text) => void process.stderr.write(`${clearLine}${text}`)
        : null,
    json,
  };
}

/** Prints an answer: as JSON for `--json`, otherwise as text. */
export function answer(terminal: Terminal, value: unknown, text: () => string): void {
  terminal.out(terminal.json ? JSON.stringify(value, null, 2) : text());
}
