/** Where a command speaks to: answers go to `out`, everything else to `err`. */
export interface Terminal {
  out: (text: string) => void;
  err: (text: string) => void;
  /** Passes on what a task says, as it is. */
  raw: (stream: 'stdout' | 'stderr', text: string | Uint8Array) => void;
  /** Where a person watches stderr: shows a line that the next one replaces. Null where nobody does. */
  live: ((text: string) => void) | null;
  /** `--json`: only the answer, as JSON. */
  json: boolean;
}

/** Back to the start of the line, which is erased. */
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

/** Says an answer: as JSON where that was asked for, else in words. */
export function answer(terminal: Terminal, value: unknown, inWords: () => string): void {
  terminal.out(terminal.json ? JSON.stringify(value, null, 2) : inWords());
}
