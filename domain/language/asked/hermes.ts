import type { AskedRole } from '../../../contracts/intent.ts';
import { pullBody } from '../../../contracts/models.ts';

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
export function askedHermes(words: readonly string[], text: readonly string[]): AskedRole | null {
  const type = 'CALL_HERMES';
  if (ofPrograms.test(words.join(' '))) return { type, action: 'discover', text: '' };
  const match = ofModels.exec(words.join(' '));
  if (match === null) return null;
  const count = match[1]?.split(' ').length ?? 0;
  return { type, action: 'search', text: count === 0 ? '' : text.slice(-count).join(' ') };
}

const polite = '(?:please |por favor )?';
const verb = '(?:pull|download|descarga|descargar|baja|bajar)';
const noun = '(?<noun> (?:the |el )?(?:model|modelo))?';
const model = '(?<model>[\\w.-]+(?:[/:][\\w.-]+)*)';
const file = '(?: (?<file>[\\w./-]+\\.(?:gguf|onnx|safetensors)))?';
const ollama = '(?<ollama> (?:with|from|by|con|de) ollama)?';
const order = new RegExp(`^${polite}${verb}${noun} ${model}${file}${ollama}[.!]?$`, 'i');

/**
 * What a sentence asks hermes to bring: `download the model OWNER/NAME FILE`, `pull smollm2:135m with ollama`; null for
 * anything else. Every word has to be understood, and the name to be one of the hub or of Ollama.
 */
export function askedPull(text: string): AskedRole | null {
  const found = order.exec(text.trim().replaceAll(/\s+/g, ' '))?.groups;
  if (found === undefined) return null;
  const name = found['model']!.replace(/\.$/, '');
  const ofOllama = found['ollama'] !== undefined;
  // without a word that says so, only OWNER/NAME is certainly a model
  if (found['noun'] === undefined && !ofOllama && !name.includes('/')) return null;
  const named = { model: name, ...(found['file'] !== undefined && { file: found['file'] }) };
  if (!pullBody.safeParse(ofOllama ? { ...named, source: 'ollama' } : named).success) return null;
  const words = ofOllama ? ['ollama', name] : Object.values(named);
  return { type: 'CALL_HERMES', action: 'pull', text: words.join(' ') };
}
