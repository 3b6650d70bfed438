import { describe, expect, test } from 'vitest';
import { parseIntent } from '../../../domain/language/parse-intent.ts';

const vocabulary = { services: new Set(['web', 'db']), hosts: new Set<string>() };
const parse = (text: string) => parseIntent(text, vocabulary);

describe('a single order', () => {
  test.each([
    'stop db and open web',
    'restart db then open web',
    'close web and open db',
    'open web and close db',
    'open web and stop db',
    'power up web and close db',
    'start web and stop db',
    'stop web and restart db',
    'close web and check db',
    'close web and show me db',
    'run `echo hi` and close web',
    'open web and run `date`',
    'restart web and run `date`',
    'close web or restart it',
    'para db y abre web',
    'abre web y para db',
    'reinicia db y luego abre web',
    'cierra web y abre db por favor',
  ])('is not: %s', (text) => {
    expect(parse(text)).toMatchObject({
      domain: 'general',
      action: 'chat',
      warnings: ['several_things_asked'],
    });
  });

  test.each([
    ['open web because the restart of db failed', 'open_window', 'web'],
    ['open web for 20 minutes and close it after', 'open_window', 'web'],
    ['open web for 20 minutes and then close web', 'open_window', 'web'],
    ['open web for the restart', 'open_window', 'web'],
    ['open web and db', 'open_window', 'web,db'],
    ['open web and start db', 'open_window', 'web,db'],
    ['hold web open', 'hold', 'web'],
    ['close the open window of web', 'close_window', 'web'],
    ['abre web que db ya va', 'open_window', 'web,db'],
    ['abre web para la demo', 'open_window', 'web'],
    ['stop web and db', 'stop', 'web,db'],
    ['detén web y para db', 'stop', 'web,db'],
    ['tell me how to stop web and open db', 'list', 'web,db'],
    ['is web open or did it stop', 'list', 'web'],
  ])('is: %s', (text, action, targets) => {
    const intent = parse(text);
    expect([intent.action, intent.targets.join(','), intent.warnings]).toEqual([
      action,
      targets,
      [],
    ]);
  });
});
