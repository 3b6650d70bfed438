import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findDuration } from '../../../domain/language/parse-duration.ts';

const seconds = (text: string) => findDuration(text.split(' ').filter(Boolean))?.seconds ?? null;

test.each([
  ['20 minutes', 1200],
  ['20 min', 1200],
  ['20m', 1200],
  ['20-minute', 1200],
  ['20minutes', 1200],
  ['1h30m', 5400],
  ['1 h 30 m', 5400],
  ['1 hour and 30 minutes', 5400],
  ['90s', 90],
  ['2d', 172_800],
  ['dos horas', 7200],
  ['una hora', 3600],
  ['media hora', 1800],
  ['hora', null],
  ['half an hour', 1800],
  ['half hour', 1800],
  ['an hour and half', 5400],
  ['una hora y media', 5400],
  ['two and a half', null],
  ['1.5 hours', 5400],
  ['veinte minutos', 1200],
  ['a minute', 60],
  ['open web for 5 minutes please', 300],
  ['0 minutes', null],
  ['minutes', null],
  ['20', null],
  ['', null],
  ['20 apples', null],
  ['twenty five minutes', 1500],
  ['forty-five minutes', 2700],
  ['treinta y cinco minutos', 2100],
  ['veinticinco minutos', 1500],
  ['a quarter of an hour', 900],
  ['tres cuartos de hora', 2700],
  ['hora y media', 5400],
  ['hora y cuarto', 4500],
  ['a couple of hours', 7200],
  ['un par de horas', 7200],
  ['another hour', 3600],
  ['otra media hora', 1800],
  ['20 more minutes', 1200],
  ['una hora mas', 3600],
])('%s', (text, expected) => expect(seconds(text)).toBe(expected));

test('a duration has the position of its words', () => {
  expect(findDuration(['open', 'for', 'one', 'hour', 'and', 'ten', 'minutes', 'now'])).toEqual({
    seconds: 4200,
    from: 2,
    to: 7,
    more: false,
  });
});

test('every number of every unit is parsed', () => {
  const unit = fc.constantFrom(['s', 1], ['minutes', 60], ['horas', 3600], ['days', 86_400]);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), unit, (amount, [name, size]) => {
      expect(seconds(`for ${amount} ${name}`)).toBe(amount * (size as number));
    }),
  );
});
