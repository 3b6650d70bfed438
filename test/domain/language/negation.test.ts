import { describe, expect, test } from 'vitest';
import { parseIntent } from '../../../domain/language/parse-intent.ts';

const vocabulary = { services: new Set(['web', 'db', 'later']), hosts: new Set(['nas']) };
const parse = (text: string) => parseIntent(text, vocabulary);

describe('a negated, conditional, postponed or reported order is not carried out', () => {
  test.each([
    'close all except web',
    'close everything but web',
    'restart all except web',
    'cierra todo menos web',
    'cierra todo excepto web',
    'do not close web',
    "don't close web",
    'don’t close web',
    'web must never close',
    "make sure web doesn't close",
    'close web not db',
    'no cierres, no quiero cerrar web',
    'cierra web pero no db',
    'never execute `rm -rf /`',
    'do not stop web',
    'web is up, do not stop it',
    'stop web, no, not db',
    'if db is down, open web',
    'do not open web',
    'no abras ni abre web',
    'close web if nobody uses it',
    'open web when db is up',
    'open web until db closes',
    'open web while db is closed',
    'cierra web si nadie lo usa',
    'abre web hasta las 5',
    'close web in 10 minutes',
    'close web for 10 minutes',
    'stop web for 10 minutes',
    'open web in 20 minutes',
    'abre web en veinte minutos',
    'abre web dentro de 20 minutos',
    'close web at 5',
    'cierra web a las 17',
    'open web tomorrow',
    'abre web mañana',
    'do not mix the drums',
    'close db, leave web alone',
    'they say one should run `date`',
    'somebody said run `date`',
    'open web for the team unless db is down',
    'close web later', // even if a service is named later
  ])('%s', (text) => {
    expect(parse(text)).toMatchObject({
      domain: 'general',
      action: 'chat',
      warnings: ['order_not_plain'],
    });
  });

  test('but a destructive verb is still recognized', () => {
    expect(parse('do not delete web')).toMatchObject({ action: 'delete' });
  });

  test.each<[string, string]>([
    ['open web because it is not up', 'open_window'],
    ['abre web porque no va', 'open_window'],
    ['abre web al menos 20 minutos', 'open_window'],
    ['abre web cuanto antes', 'open_window'],
    ['sí, abre web', 'open_window'],
    ['si, abre web', 'open_window'],
    ['open web for 20 minutes', 'open_window'],
    ['restart web for 20 minutes', 'restart'],
    ['open web at nas for 5 minutes', 'open_window'],
    ['run `echo no, not if I can`', 'run'],
    ['why is web not open', 'list'],
    ['web does not answer, restart it', 'restart'],
    ['web is not working so restart web', 'restart'],
    ['web no funciona, reinicia web', 'restart'],
  ])('but this order is carried out: %s', (text, action) => {
    expect(parse(text)).toMatchObject({ action, warnings: [] });
  });
});

describe('a question orders nothing', () => {
  test.each([
    'should I close web?',
    'close web?',
    'open web?',
    'may I close web?',
    'will web close soon?',
    'could web close by itself?',
    'can web be closed',
    'can we close web',
    'should I run `make clean`?',
    'can I run `make clean`?',
    '¿puedo cerrar web?',
    '¿debo cerrar web?',
    '¿es seguro cerrar web?',
  ])('%s', (text) => expect(parse(text)).toMatchObject({ action: 'list', warnings: [] }));
  test.each(['can you close web?', 'would you please close web', '¿puedes cerrar web?'])(
    'what is asked of madre is an order: %s',
    (text) => {
      const { action, doubt } = parse(text);
      expect([action, doubt]).toEqual(['close_window', undefined]);
    },
  );
});

describe('only a plain order runs at once', () => {
  test.each<[string, string]>([
    ['close web', 'close_window'],
    ['please close the window on web now, thanks', 'close_window'],
    ['I would like to close web and db', 'close_window'],
    ['on nas, close web', 'close_window'],
    ['close all on nas', 'close_window'],
    ['cierra web, gracias por todo', 'close_window'],
    ['quiero cerrar la ventana de web', 'close_window'],
    ['power down web', 'close_window'],
    ['close web because it is about time', 'close_window'],
    ['ok, run `uptime` on nas', 'run'],
    ['run the tests with `npm test` and tell me', 'run'],
    ['I need web open for 20 minutes', 'open_window'],
  ])('%s', (text, action) => {
    const intent = parse(text);
    expect([intent.action, intent.doubt]).toEqual([action, undefined]);
  });

  test.each<[string, string]>([
    ['web closes', 'close_window'],
    ['the close of web', 'close_window'],
    ['web is about to close', 'close_window'],
    ['el cierre de web falló', 'close_window'],
    ['close the ticket about web', 'close_window'],
    ['do not, under any circumstances, run `date`', 'run'],
    ["web isn't up, open web", 'open_window'],
  ])('and this one needs confirmation: %s', (text, action) => {
    expect(parse(text)).toMatchObject({ action, doubt: 'unclear_order', warnings: [] });
  });
});
