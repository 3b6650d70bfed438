import { expect, test } from 'vitest';
import { readPreferences, type Preferences } from '../../../web/base/preferences.ts';

const defaults: Preferences = {
  language: 'en',
  theme: 'auto',
  density: 'comfortable',
  keys: true,
  clock: 'local',
};

test('stored preferences are used; what is missing, unknown or damaged has its default', () => {
  expect(readPreferences('{"language":"es","keys":false}', defaults)).toEqual({
    ...defaults,
    language: 'es',
    keys: false,
  });
  expect(readPreferences('{"theme":"pink","more":1}', defaults)).toEqual(defaults);
  for (const text of [null, '', '{', '[]', 'null', '"x"'])
    expect(readPreferences(text, defaults)).toEqual(defaults);
});
