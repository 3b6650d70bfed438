import { useMemo } from 'react';
import { usePreferences, type Language } from './preferences.ts';

/** A text in English and in Spanish; a text with values is a function. */
type Pair<T> = readonly [en: T, es: T];
type Pairs = Record<string, Pair<string> | Pair<(...values: never[]) => string>>;

/** The texts of one language. */
export type Words<P extends Pairs> = {
  [K in keyof P]: P[K] extends readonly [infer E, unknown]
    ? E extends string
      ? string
      : E
    : never;
};

const chosen = new Map<object, Partial<Record<Language, unknown>>>();

/** The texts of `pairs` in one language; the same object for each call. */
export function wordsIn<P extends Pairs>(pairs: P, language: Language): Words<P> {
  const known = chosen.get(pairs) ?? {};
  chosen.set(pairs, known);
  known[language] ??= Object.fromEntries(
    Object.entries(pairs).map(([key, pair]) => [key, pair[language === 'es' ? 1 : 0]]),
  );
  return known[language] as Words<P>;
}

export function useWords<P extends Pairs>(pairs: P): Words<P> {
  const { language } = usePreferences();
  return useMemo(() => wordsIn(pairs, language), [pairs, language]);
}
