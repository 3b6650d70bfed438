import { describe, expect, test } from 'vitest';
import { LogLines, mostLines } from '../../../web/parts/log/lines.ts';

const texts = (log: LogLines): string[] => log.lines.map(({ text }) => text);

describe('a log', () => {
  test('joins a line that arrives in pieces', () => {
    const log = new LogLines();
    log.add('stdout', 'one\ntw');
    expect(texts(log)).toEqual(['one', 'tw']);
    log.add('stdout', 'o\n\nfour');
    expect(texts(log)).toEqual(['one', 'two', '', 'four']);
  });

  test('keeps the pieces of two streams apart', () => {
    const log = new LogLines();
    log.add('stdout', 'out ');
    log.add('stderr', 'err\n');
    log.add('stdout', 'put\n');
    expect(log.lines.map(({ text, error }) => [text, error])).toEqual([
      ['out put', false],
      ['err', true],
    ]);
  });

  test('shows the last state of a progress bar', () => {
    const log = new LogLines();
    log.add('stdout', ' 10 %\r 20 %');
    log.add('stdout', '\r100 %\ndone\r\n');
    expect(texts(log)).toEqual(['100 %', 'done']);
  });

  test('keeps a colour across lines', () => {
    const log = new LogLines();
    log.add('stdout', '\u001B[31mred\nstill\u001B[0m\nplain\n');
    expect(log.lines.map(({ pieces }) => pieces[0]?.classes)).toEqual(['red', 'red', '']);
  });

  test('drops its oldest lines beyond 50,000, and counts them', () => {
    const log = new LogLines();
    const thousand = Array.from({ length: 1000 }, (_, nth) => `line ${nth}`).join('\n');
    for (let nth = 0; nth < 55; nth += 1) log.add('stdout', `${thousand}\n`);
    expect(log.lines.length).toBeLessThanOrEqual(mostLines + 1000);
    expect(log.dropped + log.lines.length).toBe(55_000);
    expect(log.lines.at(-1)!.number).toBe(55_000);
  });

  test('takes a line of 1 MB without delay', () => {
    const log = new LogLines();
    log.add('stdout', 'x'.repeat(1_000_000));
    expect(log.lines[0]!.text.length).toBe(1_000_000);
  });
});
