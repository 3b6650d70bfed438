import { expect, test } from 'vitest';
import { readCron } from '../../../domain/checks/cron.ts';

test.each([
  ['30 2 * * *', ['30 2 * * *']],
  ['*/20 9-11 * * mon-FRI', ['0,20,40 9,10,11 * * 1,2,3,4,5']],
  ['0 0 1 jan,Jul *', ['0 0 1 1,7 *']],
  ['5/25 * * * *', ['5,30,55 * * * *']],
  ['  0  12 * * 7 ', ['0 12 * * 0']],
  ['0 12 * * 0-7', ['0 12 * * *']],
  ['0 12 * * 5-7', ['0 12 * * 0,5,6']],
  ['0-59 0-23 1-31 1-12 0-6', ['* * * * *']],
  ['0 0 29 2 *', ['0 0 29 2 *']],
])('%s is read as %j', (text, read) => expect(readCron(text)).toEqual(read));

test('a day of the month or a day of the week is enough, as in cron', () => {
  expect(readCron('0 3 13 * fri')).toEqual(['0 3 13 * *', '0 3 * * 5']);
});

test.each([
  ['61 * * * *', '"61" is no minute: write 0 to 59'],
  ['* 24 * * *', '"24" is no hour: write 0 to 23'],
  ['* * 0 * *', '"0" is no day of the month: write 1 to 31'],
  ['* * * 13 *', '"13" is no month'],
  ['* * * * 8', '"8" is no day of the week'],
  ['* * * * monday', '"monday" is no day of the week'],
  ['5-1 * * * *', '"5-1" is no minute'],
  ['1-2-3 * * * *', '"1-2-3" is no minute'],
  ['*/0 * * * *', '"*/0" is no minute'],
  ['1,,2 * * * *', '"1,,2" is no minute'],
  ['L * * * *', '"L" is no minute'],
  ['-1 * * * *', '"-1" is no minute'],
  ['@daily', '"@daily" has 1 fields; write minute, hour'],
  ['', '"" has 1 fields'],
  ['0 0 30 2 *', '"0 0 30 2 *" names a day that never comes'],
  ['0 0 31 4,6 *', '"0 0 31 4,6 *" names a day that never comes'],
])('%s is refused, and the answer says what to write', (text, problem) =>
  expect(() => readCron(text)).toThrow(problem),
);
