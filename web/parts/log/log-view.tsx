import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { cutText, segments } from '../../base/marks.ts';
import { useWords } from '../../base/words.ts';
import { Button } from '../button.tsx';
import type { Piece } from './ansi.ts';
import type { Line, LogLines } from './lines.ts';
import styles from './log.module.css';

const words = {
  log: ['Log', 'Registro'],
  newLines: [(n: number) => `${n} new lines ↓`, (n: number) => `${n} líneas nuevas ↓`],
  older: [
    (n: number) => `… ${n} older lines are not shown: download all of it`,
    (n: number) => `… ${n} líneas anteriores no se muestran: descárgalo entero`,
  ],
  empty: ['No output.', 'Sin salida.'],
  waiting: ['No output yet.', 'Sin salida todavía.'],
  wrap: ['Wrap lines', 'Ajustar líneas'],
  characters: [
    (n: number) => ` +${n.toLocaleString('en')} characters`,
    (n: number) => ` +${n.toLocaleString('es')} caracteres`,
  ],
} as const;

const lineHeight = 19;
const mostShown = 2000;
/** A view this close to its end follows the log, in px. */
const nearEnd = 24;

/**
 * Shows a log as it grows. It follows the end until somebody scrolls up; then it stays where it is.
 * @param shown a new object whenever its log has changed
 */
export function LogView({ shown, live }: { shown: { log: LogLines }; live: boolean }) {
  const t = useWords(words);
  const [wrap, setWrap] = useState(true);
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const { lines, dropped } = shown.log;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => lineHeight,
    overscan: 20,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  const last = lines.at(-1)?.number ?? 0;
  useEffect(() => {
    if (!following) return;
    setSeen(last);
    if (lines.length > 0) virtual.scrollToIndex(lines.length - 1, { align: 'end' });
  }, [shown, following, last, lines.length, virtual]);
  const onScroll = (): void => {
    const { scrollTop, scrollHeight, clientHeight } = box.current!;
    setFollowing(scrollHeight - scrollTop - clientHeight < nearEnd);
  };
  return (
    <div className={styles['log']}>
      <label className={styles['wrap']}>
        <input type="checkbox" checked={wrap} onChange={() => setWrap(!wrap)} /> {t.wrap}
      </label>
      {dropped > 0 && <p className={styles['older']}>{t.older(dropped)}</p>}
      {lines.length === 0 && <p className={styles['older']}>{live ? t.waiting : t.empty}</p>}
      <div
        ref={box}
        className={`${styles['box']} ${wrap ? styles['wrapped'] : ''}`}
        role="log"
        aria-live="off"
        aria-label={t.log}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolled area has to be reachable by keyboard
        tabIndex={0}
        onScroll={onScroll}
        hidden={lines.length === 0}
      >
        <div className={styles['all']} style={{ blockSize: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, key, start }) => (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className={styles['line']}
              style={{ transform: `translateY(${start}px)` }}
            >
              <LineView line={lines[index]!} more={t.characters} />
            </div>
          ))}
        </div>
      </div>
      {!following && last > seen && (
        <div className={styles['news']}>
          <Button weight="primary" onPress={() => setFollowing(true)}>
            {t.newLines(last - seen)}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The pieces of the part of a line that is shown. */
function cutPieces(pieces: readonly Piece[]): Piece[] {
  const shown: Piece[] = [];
  let left = mostShown;
  for (const { text, classes } of pieces) {
    if (left <= 0) break;
    shown.push({ text: text.slice(0, left), classes });
    left -= text.length;
  }
  return shown;
}

function LineView({ line, more }: { line: Line; more: (n: number) => string }) {
  const { cut } = cutText(line.text, mostShown);
  return (
    <>
      <span className={line.error ? styles['numberError'] : styles['number']}>{line.number}</span>
      <bdi>
        {cutPieces(line.pieces).map(({ text: shown, classes }, index) => {
          const names = classes.split(' ').map((name) => styles[name] ?? '');
          return (
            // oxlint-disable-next-line react/no-array-index-key -- the pieces of a line have no other identity
            <span key={index} className={names.join(' ')}>
              {segments(shown).map((part, at) =>
                'text' in part ? (
                  part.text
                ) : (
                  // oxlint-disable-next-line react/no-array-index-key
                  <span key={at} className={styles['mark']}>
                    {part.mark}
                  </span>
                ),
              )}
            </span>
          );
        })}
      </bdi>
      {cut > 0 && <span className={styles['cut']}>{more(cut)}</span>}
    </>
  );
}
