import type { Intent } from '../../contracts/intent.ts';

const programs =
  'programs?|clis?|command[- ]line (?:programs?|tools?)|programas?|herramientas de (?:consola|linea de comandos)';
const look =
  'what|which|list|show(?: me)?|find|que|cuales|lista|listar|muestra(?:me)?|busca|buscar';
const rest =
  '(?:are|is|do|does|can|you|we|i|have|has|use|be|used|there|here|installed|available|on|this|machine|host|hay|tienes|' +
  'tenemos|instalados|disponibles|en|esta|este|maquina|equipo|aqui|se|pueden|usar)';
const ofPrograms = new RegExp(
  `^(?:please |por favor )?(?:${look}) (?:all )?(?:the |los |las )?(?:${programs})(?: ${rest})*$`,
);
const ofModels =
  /^(?:please |por favor )?(?:find|search|search for|look for|busca|buscar|buscame|encuentra) (?:me )?(?:models?|modelos?)(?: (?:for|about|named|like|para|de|sobre|llamados))?(?: (.{1,100}))?$/;

/**
 * What a sentence asks hermes for: the programs of the host, or models of the hub; null for anything else. Every word has to
 * be understood.
 * @param words in plain form, without marks and accents
 * @param text the same words as they were written
 */
export function askedHermes(
  words: readonly string[],
  text: readonly string[],
): Exclude<Intent['hermes'], undefined> | null {
  if (ofPrograms.test(words.join(' '))) return { action: 'discover', text: '' };
  const match = ofModels.exec(words.join(' '));
  if (match === null) return null;
  const count = match[1]?.split(' ').length ?? 0;
  return { action: 'search', text: count === 0 ? '' : text.slice(-count).join(' ') };
}
