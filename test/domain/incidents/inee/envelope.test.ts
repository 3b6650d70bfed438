import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalText, isFresh, nonceMs } from '../../../../domain/incidents/inee/envelope.ts';
import { noon } from '../../samples.ts';

const hex = (digits: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${digits}}$`));
const word = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,63}$/);
const part = fc.record({
  colony: word,
  key_id: word,
  timestamp: fc.stringMatching(/^[1-9][0-9]{0,11}$/),
  nonce: hex(32),
  digest: hex(64),
});
type Parts = { colony: string; key_id: string; timestamp: string; nonce: string; digest: string };
const textOf = ({ digest, ...head }: Parts) => canonicalText(head, digest);

test('the signed text is six lines without a line break at the end', () => {
  const head = { colony: 'garden', key_id: 'k1', timestamp: '1795953600', nonce: 'a'.repeat(32) };
  expect(canonicalText(head, 'b'.repeat(64))).toBe(
    `v1\ngarden\nk1\n1795953600\n${'a'.repeat(32)}\n${'b'.repeat(64)}`,
  );
});

test('every part can be read back from the signed text, so no two envelopes have the same one', () => {
  fc.assert(
    fc.property(part, (one) => {
      const [version, colony, key_id, timestamp, nonce, digest] = textOf(one).split('\n');
      expect({ version, colony, key_id, timestamp, nonce, digest }).toEqual({
        version: 'v1',
        ...one,
      });
    }),
  );
  fc.assert(
    fc.property(part, part, (one, other) => {
      expect(textOf(one) === textOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
    }),
  );
});

test('a change of one part changes the signed text', () => {
  fc.assert(
    fc.property(
      part,
      part,
      fc.constantFrom('colony', 'key_id', 'timestamp', 'nonce', 'digest'),
      (one, other, name) => {
        fc.pre(one[name] !== other[name]);
        expect(textOf({ ...one, [name]: other[name] })).not.toBe(textOf(one));
      },
    ),
  );
});

test.each([
  [0, true],
  [300, true],
  [-300, true],
  [301, false],
  [-301, false],
])('an envelope that was signed %d s from now is fresh: %s', (seconds, fresh) => {
  expect(isFresh(String(noon / 1000 + seconds), noon)).toBe(fresh);
});

test('a nonce is remembered for longer than its envelope stays fresh', () => {
  const signed = String(noon / 1000 + 300); // ahead of our clock, and received now
  expect(isFresh(signed, noon + nonceMs)).toBe(false);
});
