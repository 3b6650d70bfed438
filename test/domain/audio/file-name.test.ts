import { expect, test } from 'vitest';
import { audioNameProblem } from '../../../domain/audio/file-name.ts';

test.each([
  'song.wav',
  '-i.wav',
  '%03d.wav',
  'a:b.wav',
  `it's "live".wav`,
  'two\nlines.wav',
  'canción ñ 日本.flac',
  'album/01 intro.wav',
  'concat|a.wav',
])('%j is a name', (name) => expect(audioNameProblem(name)).toBeNull());

test.each([
  ['', 'empty'],
  ['/etc/passwd', 'relative'],
  ['../up.wav', 'dot'],
  ['a/../../up.wav', 'dot'],
  ['a//b.wav', 'empty parts'],
  ['.hidden.wav', 'dot'],
  ['a\0.wav', 'NUL'],
  ['https://host/a.wav', 'scheme'],
  ['c:/a.wav', 'drive'],
  ['a\\b.wav', '/ only'],
  ['n\u0303.wav', 'NFC'],
  ['\ud800.wav', 'Unicode'],
  ['a'.repeat(251), '250 bytes'],
  [Array.from({ length: 9 }, () => 'a').join('/'), '8 folders'],
  ['~', 'letter'],
])('%j is none', (name, says) => expect(audioNameProblem(name)).toContain(says));
