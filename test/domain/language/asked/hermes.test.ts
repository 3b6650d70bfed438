import { describe, expect, test } from 'vitest';
import { parseIntent } from '../../../../domain/language/parse-intent.ts';

const vocabulary = { services: new Set(['web', 'hermes', 'db']), hosts: new Set(['nas']) };
const asked = (text: string) => parseIntent(text, vocabulary).role;

describe('the programs of a host', () => {
  test.each([
    'what programs are there?',
    'What programs are installed on this machine?',
    'which CLIs do you have',
    'list the programs',
    'please show me all programs',
    '¿Qué programas hay?',
    'qué programas hay instalados en esta máquina',
    'lista los programas disponibles',
  ])('are asked for by: %s', (text) =>
    expect(asked(text)).toEqual({ type: 'CALL_HERMES', action: 'discover', text: '' }),
  );
});

describe('models of the hub', () => {
  test.each([
    ['find models for Spanish chat', 'Spanish chat'],
    ['search models named SmolLM2', 'SmolLM2'],
    ['busca modelos para traducción', 'traducción'],
    ['find models', ''],
  ])('are asked for by: %s', (text, wanted) =>
    expect(asked(text)).toEqual({ type: 'CALL_HERMES', action: 'search', text: wanted }),
  );
});

describe('a pull of a model', () => {
  test.each([
    ['pull the model ana/smollm2-gguf', 'ana/smollm2-gguf'],
    ['download ana/smollm2-gguf', 'ana/smollm2-gguf'],
    ['Please download the model ana/web small.gguf.', 'ana/web small.gguf'],
    ['descarga el modelo ana/smollm2-gguf', 'ana/smollm2-gguf'],
    ['pull smollm2:135m with ollama', 'ollama smollm2:135m'],
    ['descarga el modelo smollm2 de Ollama', 'ollama smollm2'],
  ])('is asked for by: %s', (text, wanted) =>
    expect(asked(text)).toEqual({ type: 'CALL_HERMES', action: 'pull', text: wanted }),
  );
  test.each([
    'download web',
    'pull the model',
    'do not pull the model ana/tiny',
    'pull the model ana/tiny and open web',
    'pull the model ../etc/passwd',
    'pull smollm2:135m',
    'download ana/tiny x.bin',
    'shall I download ana/tiny?',
    'say "pull the model ana/tiny"',
  ])('is not asked for by: %s', (text) => expect(asked(text)).toBeUndefined());
});

test.each([
  'what programs does web run',
  'open the programs',
  'find models and open web',
  'which models are there',
  '"find models for chat"',
  'what is a program?',
  'do not find models',
  'delete all programs',
])('hermes is not asked by: %s', (text) => expect(asked(text)).toBeUndefined());
