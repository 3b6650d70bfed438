import type { AudioIssue } from '../../../contracts/audio-report.ts';
import { oppositeBelow } from '../counting/summary.ts';
import type { Measured } from '../measure/measured.ts';
import { issue } from './issue.ts';

const mostBalanceDb = 3;
/** Sides that have nothing to do with each other lose 3.01 dB; what loses more works against itself. */
const mostLossDb = 3.1;

/** What is wrong between the channels of a file. */
export function stereoIssues({ source, counted, meter }: Measured): AudioIssue[] {
  const { stereo, channels, opposite, same } = counted;
  if (stereo === null || meter.integrated === null) return [];
  const found: AudioIssue[] = [];
  const silent = channels.flatMap(({ peak }, nth) => (peak === 0 ? [nth + 1] : []));
  if (silent.length > 0)
    found.push(
      issue('channel_silent', 'warn', {
        channels: silent,
        because: 'a channel has no sound at all',
        fix: 'Export it in mono, or find the missing side',
      }),
    );
  const { balance, mono_loss } = stereo;
  if (source.channels === 2 && balance !== null && Math.abs(balance) > mostBalanceDb)
    found.push(
      issue('balance', 'warn', {
        channels: [balance > 0 ? 1 : 2],
        value: balance,
        threshold: mostBalanceDb,
        because: `one side is ${Math.abs(balance).toFixed(1)} dB louder`,
        fix: 'Check the pans of the mix',
      }),
    );
  const loses = mono_loss !== null && mono_loss > mostLossDb && silent.length === 0;
  if (opposite.length > 0 || loses)
    found.push(
      issue('phase', 'high', {
        ranges: opposite,
        channels: [1, 2],
        value: opposite.length > 0 ? stereo.correlation_min : mono_loss,
        threshold: opposite.length > 0 ? oppositeBelow : mostLossDb,
        because:
          opposite.length > 0
            ? 'the sides work against each other'
            : `in mono it loses ${mono_loss?.toFixed(1)} dB`,
        fix: 'Flip the polarity of one side of the track that does it, or make it narrower',
      }),
    );
  if (same && source.channels === 2)
    found.push(
      issue('dual_mono', 'info', {
        channels: [1, 2],
        because: 'both channels are the same',
        fix: 'Nothing, if it is meant to be mono',
      }),
    );
  return found;
}
