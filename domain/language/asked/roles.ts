import type { AskedRole } from '../../../contracts/intent.ts';

const polite = '(?:please |por favor )?';
const scan = '(?:scan|escanea|escanear|escanee)';
const here =
  '(?: (?:the|this|my|el|la|este|esta|mi) (?:machine|host|computer|server|maquina|equipo|servidor|ordenador))?';
const sought = '(?: (?:for|en busca de|buscando))';
const of = (nouns: string): RegExp =>
  new RegExp(`^${polite}${scan}${here}${sought} (?:new |nuevos |nuevas )?(?:${nouns})$`);
const ofNothing = new RegExp(`^${polite}${scan}${here}$`);

/** What a scan may look for, and who looks. */
const scans: readonly (readonly [RegExp, AskedRole])[] = [
  [ofNothing, { type: 'CALL_HERMES', action: 'discover', text: '' }],
  [
    of('programs?|clis?|tools|programas?|herramientas'),
    { type: 'CALL_HERMES', action: 'discover', text: '' },
  ],
  [
    of('incidents?|problems?|troubles?|incidencias?|incidentes?|problemas?'),
    { type: 'CALL_HORMIGUERO', action: 'scan', text: '' },
  ],
  [
    of('drift|differences|derivas?|diferencias'),
    { type: 'CALL_MANIFESTATOR', action: 'audit', text: '' },
  ],
];

/**
 * The role that a scan asks, if the sentence is nothing but that: "scan", "scan this machine for problems"; null for anything else.
 * @param words in plain form, without marks and accents
 */
export const askedScan = (words: readonly string[]): AskedRole | null =>
  scans.find(([form]) => form.test(words.join(' ')))?.[1] ?? null;

const routing =
  /^\s*(?:please\s+|por\s+favor,?\s+)?(?:route|enruta|enrutar|enrute)(?<rest>\s*:.*|\s+["“«'`].*|\s*[.!?]*)$/isu;

/**
 * The question that switch routes to a model: `route: TEXT`, `route "TEXT"`. Its text is empty if there is only the verb; null if the
 * sentence is something else, such as "route traffic to web".
 */
export function askedRoute(text: string): AskedRole | null {
  const rest = routing.exec(text)?.groups?.['rest'];
  if (rest === undefined) return null;
  const asked = rest
    .replace(/^\s*:?\s*/, '')
    .replace(/^["“«'`](.*)["”»'`]\s*[.!]?\s*$/su, '$1')
    .trim();
  return { type: 'CALL_SWITCH', action: 'route', text: /^[.!?]*$/.test(asked) ? '' : asked };
}
