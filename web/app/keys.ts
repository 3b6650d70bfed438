import { useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { usePreferences } from '../base/preferences.ts';
import { pages } from './pages.ts';

/** A second key counts as the end of a sequence for this long, in ms. */
const sequenceMs = 1500;

const inField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));

const isBusyElsewhere = (event: KeyboardEvent): boolean =>
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  event.isComposing ||
  event.repeat ||
  inField(event.target) ||
  document.querySelector('dialog[open], :popover-open') !== null;

/** Moves the focus to the next or the previous row of the page. */
function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at === -1 ? (by === 1 ? 0 : rows.length - 1) : at + by];
  const link = next?.querySelector<HTMLElement>('a, button');
  link?.focus();
  link?.scrollIntoView({ block: 'nearest' });
}

/** Presses a button of the row that has the focus, as a click would. */
function pressInRow(name: string): void {
  const row = document.activeElement?.closest('[data-row]');
  row?.querySelector<HTMLElement>(`[data-key="${name}"]`)?.click();
}

/** The keys of the page. Single keys act only where nothing is typed, and can be switched off. */
export function useKeys({
  onPalette,
  onHelp,
}: {
  onPalette: () => void;
  onHelp: () => void;
}): void {
  const { keys } = usePreferences();
  const [, go] = useLocation();
  const prefix = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        onPalette();
        return;
      }
      if (!keys || isBusyElsewhere(event)) return;
      const afterG = performance.now() - prefix.current < sequenceMs;
      prefix.current = 0;
      const page = pages.find(({ key }) => key === event.key);
      if (afterG && page !== undefined) go(page.href);
      else if (event.key === 'g') prefix.current = performance.now();
      else if (event.key === '?') onHelp();
      else if (event.key === 'j') moveRow(1);
      else if (event.key === 'k') moveRow(-1);
      else if (event.key === 'e' || event.key === 'x') pressInRow(event.key);
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [keys, go, onPalette, onHelp]);
}
