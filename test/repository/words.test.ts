import { describe, expect, test } from 'vitest';
import { filesBelow, read } from './source.ts';

/** Words that readers had to decode, and names that the field's own terms replaced. */
const retired = `
  told whoever anew untold patiently unlessAborted whenKnown soonest toldByStore tellingOfWrites StatusBook TokenBook
  LeaseBook planBookOn LastingStreams RouteRule StepWish isDeed isTurned lookAround meetStack settleService
  SpawnKeeper PlanNews TaskNews`
  .trim()
  .split(/\s+/);
/** Turns of phrase that are not English, or make a person of a process. */
const phrases = [
  '\\bthe \\w+ of before\\b',
  'goes on with\\b',
  'madre[^.]{0,40} (her|herself|she)\\b',
];
const pattern = new RegExp(`\\b(${retired.join('|')})\\b|${phrases.join('|')}`, 'i');

/** Words that people say to VX11, recorded histories, and this list. */
const exempt =
  /^(test\/(histories|domain\/language)\/|domain\/language\/text\/(lexicon|phrases)\.ts$|test\/repository\/words\.test\.ts$)/;

describe('plain words', () => {
  test('no file uses a retired word', () => {
    const files = filesBelow('.', /\.(ts|mjs|py|md|ya?ml|html|css|tsx)$/).filter(
      (file) => !exempt.test(file),
    );
    const found = files.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((line, at) => {
          const word = pattern.exec(line)?.[0];
          return word === undefined ? [] : [`${file}:${at + 1}: ${word}`];
        }),
    );
    expect(found).toEqual([]);
  });
});
