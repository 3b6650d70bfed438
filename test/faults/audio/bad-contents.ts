import { riff, wavOf } from '../../activities/audio/wav.ts';
import { noise, sine } from '../../domain/audio/signals.ts';

export const tone = wavOf([sine(440, 0.5, 24_000)]);
const header = (at: number, bytes: number[]): Buffer => {
  const copy = Buffer.from(tone);
  copy.set(bytes, at);
  return copy;
};
const rubbish = (length: number, seed: number): Buffer =>
  Buffer.from(noise(127, length, seed).map((one) => Math.round(one) + 128));
const text = (content: string): Buffer => Buffer.from(content, 'latin1');
const format = Buffer.from(tone.subarray(20, 36));
/** What a bad file may lead to: an answer, or one of the documented reasons. */
export const stable = new Set([
  'done',
  'not_audio',
  'bad_header',
  'channels_unsupported',
  'too_short',
  'silent',
]);

export const contents: [string, Buffer][] = [
  ['nothing.wav', Buffer.alloc(0)],
  ['one byte.wav', Buffer.from('R')],
  ['head alone.wav', tone.subarray(0, 12)],
  ['half a head.wav', tone.subarray(0, 30)],
  ['no samples.wav', tone.subarray(0, 44)],
  ['truncated.wav', tone.subarray(0, 20_001)],
  ['zeros.wav', Buffer.alloc(50_000)],
  ['rubbish.wav', rubbish(50_000, 1)],
  ['rubbish.mp3', rubbish(50_000, 2)],
  ['rubbish.flac', Buffer.concat([text('fLaC'), rubbish(50_000, 3)])],
  ['rubbish.ogg', Buffer.concat([text('OggS'), rubbish(50_000, 4)])],
  [
    'rubbish.m4a',
    Buffer.concat([Buffer.from('00000020', 'hex'), text('ftypM4A '), rubbish(50_000, 5)]),
  ],
  ['rubbish behind a head.wav', Buffer.concat([tone.subarray(0, 44), rubbish(50_000, 6)])],
  ['text.wav', text('hello there\n'.repeat(1000))],
  ['a wav.mp3', tone],
  ['a wav.flac', tone],
  ['archive.wav', Buffer.from('504b03041400000008000000', 'hex')],
  ['gzip.wav', Buffer.from('1f8b0800000000000003', 'hex')],
  ['archive behind.wav', Buffer.concat([tone, Buffer.from('504b0304140000000800', 'hex')])],
  ['picture.wav', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
  ['playlist.wav', text('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n')],
  ['hls.wav', text('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n/etc/passwd\n#EXT-X-ENDLIST\n')],
  ['concat.wav', text("ffconcat version 1.0\nfile '/etc/passwd'\n")],
  ['sdp.wav', text('v=0\nm=audio 5004 RTP/AVP 0\nc=IN IP4 127.0.0.1\n')],
  ['mark and riff.wav', Buffer.concat([Buffer.from('efbbbf', 'hex'), tone])],
  ['no channel.wav', header(22, [0, 0])],
  ['65535 channels.wav', header(22, [255, 255])],
  ['33 channels.wav', header(22, [33, 0])],
  ['no rate.wav', header(24, [0, 0, 0, 0])],
  ['4 GHz.wav', header(24, [255, 255, 255, 255])],
  ['3 bits.wav', header(34, [3, 0])],
  ['size 0.wav', header(40, [0, 0, 0, 0])],
  ['size of all ones.wav', header(40, [255, 255, 255, 255])],
  ['size too great.wav', header(40, [0, 0, 0, 127])],
  [
    'samples before their format.wav',
    riff([
      ['data', Buffer.alloc(4800)],
      ['fmt ', format],
    ]),
  ],
  [
    'two formats.wav',
    riff([
      ['fmt ', format],
      ['fmt ', Buffer.from(header(22, [0, 0]).subarray(20, 36))],
      ['data', Buffer.alloc(4800)],
    ]),
  ],
  [
    'chunk too great.wav',
    Buffer.concat([
      tone.subarray(0, 12),
      text('LIST'),
      Buffer.from('ffffff7f', 'hex'),
      tone.subarray(12),
    ]),
  ],
  [
    'not numbers.wav',
    wavOf([Float32Array.from({ length: 24_000 }, (_, at) => (at % 3 === 0 ? NaN : Infinity))], {
      float: true,
    }),
  ],
  ['huge numbers.wav', wavOf([noise(1e30, 24_000)], { float: true })],
  ['unknown codec.wav', header(20, [0x42, 0x42])],
];

/** Names that a program may take for something else. */
export const oddNames = [
  '-i.wav',
  '-y',
  '%03d.wav',
  'a:b.wav',
  'pipe:1',
  'concat|x',
  "it's.wav",
  '"x".wav',
  'two\nlines.wav',
  '$(touch x).wav',
  '; ls.wav',
  'file:x.wav',
  'ñandú 日本.wav',
  'a\tb.wav',
];
