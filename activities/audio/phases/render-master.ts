import { open } from 'node:fs/promises';
import { issue } from '../../../domain/audio/issues/issue.ts';
import type { MasterLoop } from '../../../domain/audio/master-loop.ts';
import { shortestSeconds } from '../../../domain/audio/measure/measured.ts';
import type { Metered } from '../../../domain/audio/measure/meter-lines.ts';
import { presetOf } from '../../../domain/audio/presets.ts';
import { sha256 } from '../../../platform/hash.ts';
import { AudioFailure } from '../failure.ts';
import type { Input } from '../ffmpeg.ts';
import type { PhaseWork } from '../work.ts';
import { masterFile } from './master-file.ts';
import { measure } from './measure.ts';
import { prepareMaster, type Prepared } from './prepare-master.ts';
import { probe, withInput } from './probe.ts';
import type { Rendered } from './rendered.ts';

/** Masters a file: what its preset and its problems ask for, then gain and limiter until it is at its target. */
export async function renderMaster(work: PhaseWork): Promise<Rendered> {
  const [file] = await probe(work);
  const [found] = await measure(work);
  const { source, meter, counted } = found!.measured;
  mayMaster(source.seconds, meter);
  const prepared = await prepareMaster(work);
  const done = await masterFile(work, {
    source: mayMaster(source.seconds, prepared.meter),
    target: work.request.target!,
    rate: prepared.rate,
    channels: file!.channels,
    seconds: source.seconds,
    low: counted.spectrum.bands.low,
    open: (use) => withPrepared(work, prepared, use),
  });
  const isWar = work.request.preset === 'loudness_war';
  return {
    files: [done.name],
    texts: {},
    chain: [...prepared.chain, ...done.chain],
    issues: [...done.issues, ...(isWar ? [tooLoud] : [])],
    master: { ...done.master, preset: presetNote(work.request.preset) },
  };
}

/** The preset that was used, exactly: its hash is that of its data. */
function presetNote(name: string | null): NonNullable<Rendered['master']>['preset'] {
  const preset = name === null ? null : presetOf(name);
  if (preset === null) return null;
  return { name: preset.name, version: preset.version, sha256: sha256(JSON.stringify(preset)) };
}

/** Opens what the gain and the limiter begin with. */
async function withPrepared(
  work: PhaseWork,
  { file }: Prepared,
  use: (input: Input) => Promise<void>,
): Promise<void> {
  if (file === null) return withInput(work, (await probe(work))[0]!, use);
  const handle = await open(file, 'r');
  try {
    await use({ fd: handle.fd, decoder: null });
  } finally {
    await handle.close();
  }
}

/** What a master begins with, if there is anything to master. */
export function mayMaster(
  seconds: number,
  { integrated, true_peak }: Metered,
): MasterLoop['source'] {
  if (seconds < shortestSeconds)
    throw new AudioFailure('too_short', `It has ${seconds.toFixed(3)} s; loudness needs 0.4 s.`);
  if (integrated === null || true_peak === null)
    throw new AudioFailure('silent', 'Nothing in it is loud enough to be measured.');
  return { integrated, true_peak };
}

const tooLoud = issue('loudness_war', 'warn', {
  because: 'nearly every player turns it down again, and its dynamics are lost',
  fix: 'Compare it with the preset streaming: POST /vx11/audio/compare',
});
