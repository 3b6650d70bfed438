import { expect, test } from 'vitest';
import { logText } from '../../../activities/engine/log-text.ts';

const frame = (stream: 1 | 2, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

test.each<[string, Buffer, string]>([
  ['both streams', Buffer.concat([frame(1, 'out\n'), frame(2, 'é err\n')]), 'out\né err\n'],
  ['a terminal', Buffer.from('plain\r\n'), 'plain\r\n'],
  ['a frame that is cut off', frame(1, 'whole').subarray(0, 10), 'wh'],
  ['nothing', Buffer.alloc(0), ''],
])('a log of %s is read', (_, log, text) => expect(logText(log)).toBe(text));
