import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIntent } from '../../../domain/language/parse-intent.ts';
import { riskOfAction } from '../../../domain/plans/risk.ts';
import * as known from '../../../domain/language/text/lexicon.ts';
import { coreServices } from '../../../domain/services/core-services.ts';

const services = new Set(['web', 'db', 'switch', 'hermes', 'redis-tools', 'audit', 'Cache']);
const hosts = new Set(['nas', 'gpu-box', 'Móvil', 'audio', 'stop', 'db']);
const parse = (text: string) => parseIntent(text, { services, hosts });
const short = (text: string) => {
  const { domain, action, targets, ttl_seconds, reason } = parse(text);
  return [domain, action, targets.join(','), ttl_seconds, reason];
};

test.each<[string, ReturnType<typeof short>]>([
  [
    'open switch and hermes for 20 minutes because demo',
    ['power', 'open_window', 'switch,hermes', 1200, 'demo'],
  ],
  [
    'abre web durante dos horas porque hay una demo',
    ['power', 'open_window', 'web', 7200, 'hay una demo'],
  ],
  ['please open web', ['power', 'open_window', 'web', null, null]],
  ['Open WEB for 1h30m', ['power', 'open_window', 'web', 5400, null]],
  ['open web for the demo', ['power', 'open_window', 'web', null, 'the demo']],
  ['open a window for web for 10 minutes', ['power', 'open_window', 'web', 600, null]],
  ['power up web', ['power', 'open_window', 'web', null, null]],
  ['wake redis-tools', ['power', 'open_window', 'redis-tools', null, null]],
  ['ábrelo', ['power', 'open_window', '', null, null]],
  ['ábre cache', ['power', 'open_window', 'Cache', null, null]],
  ['can you open web?', ['power', 'open_window', 'web', null, null]],
  ['is web open?', ['system', 'list', 'web', null, null]],
  ['how do I open web', ['system', 'help', 'web', null, null]],
  ['what is open', ['system', 'list', '', null, null]],
  ['open audit', ['power', 'open_window', 'audit', null, null]],
  ['open mystery for 5 minutes', ['power', 'open_window', '', 300, null]],
  ['hold web', ['power', 'hold', 'web', null, null]],
  ['close web because done', ['power', 'close_window', 'web', null, 'done']],
  ['cierra todo', ['power', 'close_window', '', null, null]],
  ['power down web', ['power', 'close_window', 'web', null, null]],
  ['delete web', ['system', 'delete', 'web', null, null]],
  ['borra la base db', ['system', 'delete', 'db', null, null]],
  ['show me web, then wipe db', ['system', 'delete', 'web,db', null, null]],
  ['list services for me and delete web', ['system', 'delete', 'web', null, null]],
  [
    'open web because the old one must be deleted',
    ['power', 'open_window', 'web', null, 'the old one must be deleted'],
  ],
  ['stop web', ['system', 'stop', 'web', null, null]],
  ['para web', ['system', 'stop', 'web', null, null]],
  ['detén db', ['system', 'stop', 'db', null, null]],
  ['restart web', ['system', 'restart', 'web', null, null]],
  ['stop madre', ['system', 'stop', 'madre', null, null]],
  ['tell me how to stop web', ['system', 'list', 'web', null, null]],
  ['start web for 5 min', ['system', 'run', 'web', 300, null]],
  ['run `uptime`', ['system', 'run', '', null, null]],
  ['scan the network', ['system', 'analyze', '', null, null]],
  ['what is the last update', ['system', 'list', '', null, null]],
  ['estado', ['system', 'list', '', null, null]],
  ['help', ['system', 'help', '', null, null]],
  ['compare a.wav with b.flac', ['audio', 'chat', '', null, null]],
  ['analiza bateria.wav', ['audio', 'analyze', '', null, null]],
  ['mix the drums', ['audio', 'chat', '', null, null]],
  ['normalize and compress the stems', ['audio', 'chat', '', null, null]],
  ['mezcla la voz', ['audio', 'chat', '', null, null]],
  ['the system got a request', ['general', 'chat', '', null, null]],
  ['hello', ['general', 'chat', '', null, null]],
  ['', ['general', 'chat', '', null, null]],
  ['!!! ???', ['general', 'chat', '', null, null]],
])('%s', (text, expected) => {
  expect(short(text)).toEqual(expected);
});

describe('a host', () => {
  test.each<[string, string, string]>([
    ['open web on nas for 20 minutes', 'web', 'nas'],
    ['abre web en nas durante 20 minutos', 'web', 'nas'],
    ['open web and db at the NAS because demo', 'web,db', 'nas'],
    ['abre web en el equipo gpu-box', 'web', 'gpu-box'],
    ['on nas, open web', 'web', 'nas'],
    ['open web on host nas', 'web', 'nas'],
    ['is web up on nas?', 'web', 'nas'],
    ['abre web en movil', 'web', 'Móvil'],
    ['run `uptime` on gpu-box', '', 'gpu-box'],
    ['open web for the demo on nas', 'web', 'nas'],
    ['open web on nas and gpu-box', 'web', 'nas,gpu-box'],
    ['open web on nas and db on gpu-box', 'web,db', 'nas,gpu-box'],
    ['open web on nas and db', 'web,db', 'nas'],
    ['open web on db', 'web', 'db'], // a host with the name of a service
    ['close all on nas', '', 'nas'],
    // unknown words that can only be a host
    ['open web on mars', 'web', 'mars'],
    ['abre web en marte', 'web', 'marte'],
    ['open web on the host mars', 'web', 'mars'],
    ['is web up on mars?', 'web', 'mars'],
    ['¿está web abierta en marte?', 'web', 'marte'],
    ['what is open on mars', '', ''],
    // words that are no host
    ['open web because the one on nas is slow', 'web', ''],
    ['open web', 'web', ''],
    ['abre web en 20 minutos', 'web', ''],
    ['abre web en veinte minutos', 'web', ''],
    ['abre web en media hora', 'web', ''],
    ['abre web en cuanto puedas', 'web', ''],
    ['open web on demand', 'web', ''],
    ['open web in production', 'web', ''],
    ['open web on the weekend', 'web', ''],
    ['is web on?', 'web', ''],
    ['switch web on for 5 minutes', 'web', ''],
    ['what is on web', 'web', ''],
    ['nas', '', ''],
  ])('%s: %s on "%s"', (text, targets, named) => {
    const intent = parse(text);
    expect([intent.targets.join(','), intent.hosts.join(',')]).toEqual([targets, named]);
  });

  test('with the name of an action or a domain is only a host, and does not lower the risk', () => {
    expect(parse('open web on stop')).toMatchObject({ action: 'open_window', hosts: ['stop'] });
    expect(parse('open web on audio')).toMatchObject({ domain: 'power', hosts: ['audio'] });
    const named = { services, hosts: new Set(['delete']) };
    expect(parseIntent('open web on delete', named).action).toBe('delete');
  });
});

test.each([
  ['open web for 20 minutes because demo', 'en'],
  ['abre web durante dos horas porque hay una demo', 'es'],
  ['para web', 'es'],
  ['web', 'en'],
  ['estado', 'es'],
  ['¿está abierta web?', 'es'],
  ['Cierra TODO', 'es'],
  ['¡Hola!', 'es'],
  ['detén db', 'es'],
  ['abre web for 20 minutes', 'en'], // undecided
  ['mix', 'en'],
  ['abre cache', 'es'],
  ['borra la base db', 'es'],
  ['mezcla la voz', 'es'],
  ['run `echo hola, por favor, abre la puerta`', 'en'],
  ['', 'en'],
])('the language of "%s" is %s', (text, language) => expect(parse(text).language).toBe(language));

test('a service name does not affect the language', () => {
  const named = { services: new Set(['todo', 'para']), hosts: new Set(['hola']) };
  expect(parseIntent('open todo on hola', named)).toMatchObject({ language: 'en' });
});

test('a destructive intent has a warning and high confidence; every other intent has low confidence', () => {
  expect(parse('please drop db')).toMatchObject({
    confidence: 0.9,
    warnings: ['destructive_intent_detected'],
  });
  expect(parse('open web')).toMatchObject({ confidence: 0.3, warnings: [] });
  expect(parse('close all').all).toBe(true);
  expect(parse('run `rm -rf /tmp/x`')).toMatchObject({ action: 'run', code: 'rm -rf /tmp/x' });
});

describe('words count as whole words', () => {
  test.each([
    'system',
    'request',
    'stemming',
    'equal',
    'remixed',
    'disclosed',
    'reopening',
    'skill',
  ])('%s is only itself', (word) => expect(parse(`the ${word} is here`).action).toBe('chat'));
  test.each([...known.destructive])('%s is destructive wherever it stands', (word) => {
    for (const text of [word, `please ${word} web`, `show web and ${word.toUpperCase()}!`]) {
      expect(parse(text)).toMatchObject({ domain: 'system', action: 'delete' });
    }
  });
});

test('a service with the name of a risky word does not lower the risk', () => {
  const named = { services: new Set(['delete', 'web']), hosts };
  expect(parseIntent('delete web', named)).toMatchObject({
    action: 'delete',
    targets: ['web'],
  });
  expect(parseIntent('open delete', named).action).toBe('delete');
  const restart = parseIntent('restart', { services: new Set(['restart']), hosts });
  expect(restart.action).toBe('restart');
});

test('every text is parsed quickly, without an error, and with the same result each time', () => {
  const word = fc.constantFrom(
    'open',
    'web',
    'for',
    '20',
    'minutes',
    'because',
    'para',
    'delete',
    '`',
    'and',
    'half',
    'an',
    'hour',
    '1h30m',
    'stop',
    '.',
    '🜁',
    'ábre',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 4000 }),
    fc.array(word, { maxLength: 600 }).map((words) => words.join(' ')),
  );
  fc.assert(
    fc.property(text, (message) => {
      const intent = parse(message);
      expect(parse(message)).toEqual(intent);
      expect(intent.hosts.length).toBeLessThan(message.length + 1);
      for (const target of intent.targets) {
        expect(services.has(target) || coreServices.includes(target as 'madre')).toBe(true);
      }
      expect(intent.ttl_seconds ?? 1).toBeGreaterThan(0);
    }),
  );
});

test('no text before or after a destructive order lowers its risk', () => {
  const noise = fc.array(
    fc.constantFrom(
      'list',
      'show',
      'ignore',
      'risk',
      'LOW',
      'please',
      'status',
      'for',
      'web',
      'open',
      'help',
    ),
  );
  fc.assert(
    fc.property(noise, noise, (before, after) => {
      const { action, targets } = parse([...before, 'delete', 'db', ...after].join(' '));
      expect(riskOfAction(action, targets).level).toBe('HIGH');
    }),
  );
});

test.each([
  ['a'.repeat(4000)],
  ['`'.repeat(4000)],
  ['1h'.repeat(2000)],
  ['.-_'.repeat(1300)],
  ['open '.repeat(800)],
  ['for '.repeat(1000)],
  ['half an '.repeat(500)],
  ['á'.repeat(4000)],
  ['1 '.repeat(2000)],
  ['a.'.repeat(2000)],
  ['on '.repeat(1300)],
  ['on the '.repeat(570)],
  ['en nas y '.repeat(440)],
  ['turn the '.repeat(440)],
  ['keep web and '.repeat(300)],
  [` 'a`.repeat(1300)],
  ['"a" '.repeat(1000)],
  ['make sure that it '.repeat(220)],
  ['web - '.repeat(660)],
  ['twenty more '.repeat(330)],
])('a text crafted to be slow is parsed quickly: %.12s…', (text) => {
  // a few ms; a regular expression with backtracking would take minutes and hit the time limit of the test
  expect(parse(text)).toBeDefined();
});
