import { createCell, useCell } from './cell.ts';

export type Language = 'en' | 'es';

/** What each person sets for this browser. */
export interface Preferences {
  language: Language;
  theme: 'auto' | 'light' | 'dark';
  density: 'comfortable' | 'compact';
  /** Single keys act. */
  keys: boolean;
  clock: 'local' | 'utc';
}

const place = 'vx11.preferences';

const fallback = (): Preferences => ({
  language: navigator.language.toLowerCase().startsWith('es') ? 'es' : 'en',
  theme: 'auto',
  density: 'comfortable',
  keys: true,
  clock: 'local',
});

const allowed: { [K in keyof Preferences]: readonly Preferences[K][] } = {
  language: ['en', 'es'],
  theme: ['auto', 'light', 'dark'],
  density: ['comfortable', 'compact'],
  keys: [true, false],
  clock: ['local', 'utc'],
};

/** Preferences from stored text; what is missing or unknown has its default. */
export function readPreferences(text: string | null, defaults: Preferences): Preferences {
  let stored: Record<string, unknown> = {};
  try {
    const parsed: unknown = JSON.parse(text ?? '{}');
    if (typeof parsed === 'object' && parsed !== null) stored = { ...parsed };
  } catch {
    // another version wrote it: the defaults hold
  }
  const known = Object.entries(allowed).filter(([key, values]) =>
    (values as readonly unknown[]).includes(stored[key]),
  );
  return { ...defaults, ...Object.fromEntries(known.map(([key]) => [key, stored[key]])) };
}

const inBrowser = typeof window !== 'undefined';
const load = (): Preferences => readPreferences(localStorage.getItem(place), fallback());
const cell = createCell<Preferences>(
  inBrowser
    ? load()
    : { language: 'en', theme: 'auto', density: 'comfortable', keys: true, clock: 'utc' },
);

function show({ language, theme, density }: Preferences): void {
  const { documentElement: page } = document;
  page.lang = language;
  page.dataset['theme'] = theme;
  page.dataset['density'] = density;
}

/** Shows the stored preferences, also after another tab has changed them. */
export function followPreferences(): void {
  show(cell.get());
  cell.subscribe(() => show(cell.get()));
  window.addEventListener('storage', ({ key }) => {
    if (key === place) cell.set(load());
  });
}

export const preferences = (): Preferences => cell.get();
export const usePreferences = (): Preferences => useCell(cell);

export function setPreferences(change: Partial<Preferences>): void {
  const next = { ...cell.get(), ...change };
  localStorage.setItem(place, JSON.stringify(next));
  cell.set(next);
}
