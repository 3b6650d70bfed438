import type { WindowView } from '../../contracts/window.ts';
import type { Language } from '../base/preferences.ts';
import type { Words } from '../base/words.ts';
import type { Plan, Status } from '../live/answers.ts';
import { deedName } from '../things/plans/deed-name.ts';
import { planWords } from '../things/plans/plan-words.ts';
import { wordsIn } from '../base/words.ts';
import { pages } from './pages.ts';

export const paletteWords = {
  title: ['Find or do', 'Buscar o hacer'],
  find: [
    'Go to a page, open or close a service, or say it',
    'Ve a una página, abre o cierra un servicio, o dilo',
  ],
  go: [(name: string) => `Go to ${name}`, (name: string) => `Ir a ${name}`],
  open: [(name: string) => `Open ${name} for 20 min…`, (name: string) => `Abrir ${name} 20 min…`],
  show: [
    (name: string) => `Show the window of ${name}`,
    (name: string) => `Ver la ventana de ${name}`,
  ],
  close: [(name: string) => `Close ${name}`, (name: string) => `Cerrar ${name}`],
  review: [(what: string) => `Review: ${what}`, (what: string) => `Revisar: ${what}`],
  service: [(name: string) => `Service ${name}`, (name: string) => `Servicio ${name}`],
  say: [(text: string) => `Say to madre: “${text}”`, (text: string) => `Decir a madre: “${text}”`],
  repair: ['Repair what is red…', 'Reparar lo que falla…'],
  nothing: ['Nothing fits.', 'Nada encaja.'],
  count: [(n: number) => `${n} entries`, (n: number) => `${n} entradas`],
} as const;

/** One entry of the palette: somewhere to go, or a window to close. */
export type Item = { key: string; text: string } & ({ to: string } | { close: WindowView });

const shownAtMost = 12;

/** Whether each word that was typed occurs in the text. */
export const fits = (text: string, find: string): boolean => {
  const low = text.toLowerCase();
  return find
    .toLowerCase()
    .split(/\s+/)
    .every((word) => low.includes(word));
};

/** What the palette offers for a text, the most likely first. */
export function itemsFor(
  find: string,
  {
    status,
    plans,
    mayChange,
    language,
    t,
  }: {
    status: Status | undefined;
    plans: readonly Plan[];
    mayChange: boolean;
    language: Language;
    t: Words<typeof paletteWords>;
  },
): Item[] {
  const text = find.trim();
  const planTexts = wordsIn(planWords, language);
  const services = status?.services.filter(({ tier }) => tier === 'window') ?? [];
  const windows = status?.windows ?? [];
  const nameOf = (window: WindowView): string => window.services.join(', ');
  const all: Item[] = [
    ...plans.map((plan) => ({
      key: plan.plan_id,
      text: t.review(deedName(plan, planTexts, status?.windows)),
      to: `/plans/${plan.plan_id}?review`,
    })),
    ...pages.map(({ href, name }) => ({
      key: href,
      text: t.go(name[language === 'es' ? 1 : 0]),
      to: href,
    })),
    ...(mayChange ? [{ key: 'repair', text: t.repair, to: '/repairs?start' }] : []),
    ...windows.map((window) => ({
      key: `show ${window.window_id}`,
      text: t.show(nameOf(window)),
      to: `/windows/${window.window_id}`,
    })),
    ...(mayChange
      ? windows.map((window) => ({
          key: `close ${window.window_id}`,
          text: t.close(nameOf(window)),
          close: window,
        }))
      : []),
    ...(mayChange
      ? services.map(({ name, host }) => ({
          key: `open ${host} ${name}`,
          text: t.open(name),
          to: `/?open=${name}&minutes=20`,
        }))
      : []),
    ...services.map(({ name, host }) => ({
      key: `service ${host} ${name}`,
      text: t.service(name),
      to: `/services/${host}/${name}`,
    })),
  ];
  const found = all.filter((item) => text === '' || fits(item.text, text)).slice(0, shownAtMost);
  const sentence = text.includes(' ') && mayChange;
  return sentence
    ? [...found, { key: 'say', text: t.say(text), to: `/chat?say=${encodeURIComponent(text)}` }]
    : found;
}
