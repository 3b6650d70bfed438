import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseIntent } from '../../../../domain/language/parse-intent.ts';
import { phrasesFor } from '../../../../domain/language/text/phrases.ts';
import {
  isAtOnce,
  isRight,
  sampleHosts,
  samplesIn,
  sampleServices,
  type Sample,
} from './samples.ts';

const vocabulary = { services: new Set(sampleServices), hosts: new Set(sampleHosts) };
const parse = (text: string) => parseIntent(text, vocabulary);
/** Outcomes for which nothing may be done before a person confirms it. */
const isRefusal = ({ right }: Sample): boolean =>
  /^(none|ask|waits|delete|stop|talk|list|help)/.test(right);

const known = samplesIn('known.txt');

test.each([
  ['known.txt', 0.95, 300],
  ['held-out.txt', 0.84, 100],
  ['held-out-again.txt', 0.98, 70],
])(
  'of the sentences in %s at least a share of %d is understood correctly, of %d or more',
  (name, bar, count) => {
    const samples = samplesIn(name);
    const misses = samples.flatMap(({ right, text }) => {
      const intent = parse(text);
      if (isRight(right, intent)) return [];
      const { action, targets, ttl_seconds, doubt = '', warnings } = intent;
      return [
        `${text} | right: ${right} | got: ${action} ${targets.join()} ${ttl_seconds} ${doubt} ${warnings.join()}`,
      ];
    });
    const share = 1 - misses.length / samples.length;
    if (misses.length > 0)
      console.log(`${name}: ${(100 * share).toFixed(1)} %\n${misses.join('\n')}`);
    expect(samples.length).toBeGreaterThanOrEqual(count);
    expect(share).toBeGreaterThanOrEqual(bar);
  },
);

test('no negated, quoted, interrogative, unclear or destructive order is carried out at once', () => {
  const samples = [
    ...known,
    ...samplesIn('held-out.txt'),
    ...samplesIn('held-out-again.txt'),
  ].filter(isRefusal);
  expect(samples.length).toBeGreaterThan(150);
  expect(samples.filter(({ text }) => isAtOnce(parse(text)))).toEqual([]);
});

test('a stray character in a sentence that is no order never turns it into one', () => {
  const slips = [
    '-',
    '\u2010',
    '\u2011',
    '\u2013',
    '\u2014',
    '\u2212',
    "'",
    '\u2019',
    '\u00b4',
    '\u02bc',
    ' ',
    '\u00a0',
    '\u200b',
    '\u00ad',
  ];
  const refusals = known.filter(isRefusal);
  fc.assert(
    fc.property(
      fc.constantFrom(...refusals),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...slips)), { minLength: 1, maxLength: 2 }),
      ({ text }, into) => {
        let slipped = text;
        for (const [where, slip] of into) {
          const at = where % (slipped.length + 1);
          slipped = slipped.slice(0, at) + slip + slipped.slice(at);
        }
        const intent = parse(slipped);
        expect(isAtOnce(intent), slipped).toBe(false);
      },
    ),
    { numRuns: 4000 },
  );
});

const orders = known
  .filter(({ right }) => /^(open|close|extend|run)\b/.test(right))
  .map(({ text }) => text);

test.each<[string, (order: string) => string]>([
  ['a negation before it', (order) => `do not ${order}`],
  ['a negation cut short', (order) => `don\u00b4t ${order}`],
  ['a Spanish negation before it', (order) => `no, no ${order}`],
  ['never', (order) => `never ${order}`],
  ['another person who said it', (order) => `he said: ${order}`],
  ['another person, in Spanish', (order) => `dijo que ${order}`],
  ['quotation marks around it', (order) => `"${order}"`],
  ['typographic quotation marks around it', (order) => `\u201c${order}\u201d`],
  ['Spanish quotation marks around it', (order) => `she wrote \u00ab${order}\u00bb`],
  ['a condition behind it', (order) => `${order} if db is up`],
  ['a condition before it', (order) => `unless db is down, ${order}`],
  ['a wish to avoid it', (order) => `avoid: ${order}`],
  ['a question before it', (order) => `should I ${order}?`],
  ['a question of what would be', (order) => `what happens if I ${order}?`],
])('no order is carried out at once with %s', (_, rewrite) => {
  // a reason extends to the end of the text, so a condition after it is part of it
  const plain = orders.filter((order) => !/because|porque/.test(order));
  expect(plain.map(rewrite).filter((text) => isAtOnce(parse(text)))).toEqual([]);
});

test('each action has at least forty phrases, over both languages', () => {
  const ways = (...wanted: Parameters<typeof phrasesFor>[0][]): number =>
    new Set(wanted.flatMap((one) => phrasesFor(one))).size;
  expect(ways('open_window', 'run')).toBeGreaterThanOrEqual(40);
  expect(ways('close_window')).toBeGreaterThanOrEqual(40);
  expect(ways('extend_window', 'add', 'give', 'keep')).toBeGreaterThanOrEqual(40);
  expect(ways('restart')).toBeGreaterThanOrEqual(40);
  expect(ways('list', 'analyze')).toBeGreaterThanOrEqual(40);
  expect(ways('help')).toBeGreaterThanOrEqual(40);
});
