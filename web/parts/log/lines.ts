import { parseAnsi, type Piece } from './ansi.ts';
import { plainStyle, type Style } from './ansi-style.ts';

/** One line of a log. */
export interface Line {
  /** Counts from 1, and does not change when older lines are dropped. */
  number: number;
  pieces: Piece[];
  /** The text without escapes. */
  text: string;
  error: boolean;
}

/** More lines than this are not kept. */
export const mostLines = 50_000;
/** A longer line is kept only this far, in characters; its length is counted. */
const longestLine = 4_000_000;

interface Open {
  text: string;
  style: Style;
}

/** The lines of a log with two streams, as they arrive in chunks. Changes in place: a log is long. */
export class LogLines {
  /** The finished lines and the unfinished last ones. */
  lines: Line[] = [];
  dropped = 0;
  #count = 0;
  #open: Record<'stdout' | 'stderr', (Open & { line: Line | null }) | null> = {
    stdout: null,
    stderr: null,
  };

  add(stream: 'stdout' | 'stderr', chunk: string): void {
    const parts = chunk.replaceAll('\r\n', '\n').split('\n');
    for (const [index, part] of parts.entries()) {
      this.#extend(stream, part);
      if (index < parts.length - 1) this.#finish(stream);
    }
    const over = this.lines.length - mostLines;
    // in large pieces, because dropping moves the whole list
    if (over > 1000) {
      this.lines.splice(0, over);
      this.dropped += over;
    }
  }

  #extend(stream: 'stdout' | 'stderr', part: string): void {
    const open = (this.#open[stream] ??= { text: '', style: plainStyle, line: null });
    if (part === '' && open.line !== null) return;
    const joined = (open.text + part).slice(0, longestLine);
    // a carriage return writes over the line, as progress bars do
    open.text = joined.slice(joined.lastIndexOf('\r') + 1);
    if (part === '' && open.line === null) return;
    this.#show(stream);
  }

  #show(stream: 'stdout' | 'stderr'): void {
    const open = this.#open[stream]!;
    const { pieces } = parseAnsi(open.text, open.style);
    const text = pieces.map((piece) => piece.text).join('');
    if (open.line === null) {
      this.#count += 1;
      open.line = { number: this.#count, pieces, text, error: stream === 'stderr' };
      this.lines.push(open.line);
    } else {
      open.line.pieces = pieces;
      open.line.text = text;
    }
  }

  #finish(stream: 'stdout' | 'stderr'): void {
    const open = this.#open[stream]!;
    if (open.line === null) this.#show(stream);
    const { style } = parseAnsi(open.text, open.style);
    this.#open[stream] = { text: '', style, line: null };
  }
}
