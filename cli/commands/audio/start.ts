import { Option, type Command } from 'commander';
import { audioReport } from '../../../contracts/audio-report.ts';
import {
  audioDepth,
  audioFormat,
  audioJob,
  audioJobAnswer,
  type AudioJob,
} from '../../../contracts/audio.ts';
import { audioHasEnded } from '../../../domain/audio/job.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { numberArgument, pairArgument } from '../../argument.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { Session } from '../../session.ts';
import { answer } from '../../terminal.ts';
import { reportText } from './report-text.ts';
import { stemOf } from './stem.ts';
import { addTarget, targetOf, type TargetOptions } from './target.ts';

const pollEveryMs = 300;

/** Adds the commands that start a job and wait for its end. */
export function addAudioStarts(audio: Command, session: () => Session): void {
  audio
    .command('analyze <name>')
    .description('measure a file, and find what is wrong with it and where')
    .addOption(
      new Option('--depth <depth>', 'quick leaves out tempo and key').choices(audioDepth.options),
    )
    .option(
      '--sample-rate <Hz>',
      'the rate that it should have, in Hz',
      numberArgument(8000, 384_000),
    )
    .option(
      '--metadata <NAME=value>',
      'words of yours that its report keeps; repeatable',
      pairArgument,
    )
    .action((audio_path: string, { sampleRate: sample_rate, ...options }: AnalyzeOptions) =>
      run(session(), 'analyze', {
        audio_path,
        ...options,
        ...(sample_rate !== undefined && { sample_rate }),
      }),
    );
  const master = audio
    .command('master <name>')
    .description('bring a file to its loudness, below its ceiling')
    .option('--preset <preset>', 'what it is for: vx11 audio presets; default: streaming');
  addTarget(master, ['preset'])
    .addOption(
      new Option('--format <container>', 'of the master').choices(containers).default('wav'),
    )
    .addOption(new Option('--bits <bits>', 'a sample').choices(['16', '24']).default('24'))
    .addOption(
      new Option('--rate <Hz>', 'samples a second, in Hz; default: that of the file').choices(
        rates,
      ),
    )
    .option('--dual-mono', 'a file of one channel is heard on two speakers: 3 LU louder')
    .action((audio_path: string, options: MasterOptions) =>
      run(session(), 'master', { audio_path, ...masterOf(options) }),
    );
  const mix = audio
    .command('mix <name...>')
    .description(
      'balance tracks; NAME=ROLE says what one is, NAME=lead,gain=-3,pan=0.2,mute,flip also sets its fader (dB) and place (-1 to 1)',
    )
    .option('--unity', 'their exact sum')
    .option('--lead <name>', 'the track that the others are balanced to')
    .option('--no-bus', 'without the compressor on the sum');
  addTarget(mix).action((names: string[], { bus, ...options }: MixOptions) => {
    const target = targetOf(options);
    const { unity, lead } = options;
    return run(session(), 'mix', {
      stems: names.map(stemOf),
      ...(unity !== undefined && { unity }),
      ...(lead !== undefined && { lead }),
      ...(!bus && { bus }),
      ...(target !== undefined && { master: target }),
    });
  });
  audio
    .command('compare <a> <b>')
    .description('bring two files to one loudness (LUFS), and say how they differ')
    .action((a: string, b: string) => run(session(), 'compare', { a, b }));
}

interface AnalyzeOptions {
  depth?: string;
  sampleRate?: number;
  metadata?: Record<string, string>;
}

interface MasterOptions extends TargetOptions {
  preset?: string;
  format: string;
  bits: string;
  rate?: string;
  dualMono?: true;
}

interface MixOptions extends TargetOptions {
  unity?: true;
  lead?: string;
  bus: boolean;
}

const containers = audioFormat.shape.container.options;
const rates = [...audioFormat.shape.rate.unwrap().values].map(String);

/** What a master is asked for, beside its file. */
function masterOf({ preset, format, bits, rate, dualMono, ...options }: MasterOptions): object {
  const target = targetOf(options);
  return {
    ...(preset !== undefined && { preset }),
    ...(target !== undefined && { target }),
    format: {
      container: format,
      bits: Number(bits),
      ...(rate !== undefined && { rate: Number(rate) }),
    },
    ...(dualMono !== undefined && { dual_mono: dualMono }),
  };
}

async function run(own: Session, kind: string, body: object): Promise<void> {
  const { gateway, terminal } = own;
  const given = await gateway.call('POST', `/vx11/audio/${kind}`, audioJobAnswer, { body });
  if (given.job === null)
    throw new CommandFailed(exitCode.refused, `${given.error}: ${given.hint}`);
  const job = await follow(own, given.job);
  if (job.status !== 'completed')
    throw new CommandFailed(exitCode.failed, `${job.cause}: ${job.detail}`);
  const path = `/vx11/audio/jobs/${job.job_id}`;
  const report = job.artifacts.includes('report.json')
    ? await gateway.call('GET', `${path}/report`, audioReport)
    : null;
  const left = job.artifacts.map((one) => `${path}/artifacts/${one}`).join('\n');
  answer(terminal, report ?? job, () =>
    [...(report ? [reportText(report), ''] : []), left].join('\n'),
  );
}

/** Shows how far a job is until it has ended. */
async function follow({ gateway, terminal, signal }: Session, job: AudioJob): Promise<AudioJob> {
  const { live } = terminal;
  const look = async (): Promise<AudioJob | null> => {
    const now = await gateway.call('GET', `/vx11/audio/jobs/${job.job_id}`, audioJob);
    live?.(`  ${now.status} ${now.percent} %${now.pass === null ? '' : `, pass ${now.pass}`}`);
    return audioHasEnded(now) ? now : null;
  };
  const waiting = poll(look, { everyMs: pollEveryMs, signal }).finally(() => live?.(''));
  const ended = await waiting.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    const message = `${job.job_id} continues; vx11 audio jobs shows how far it is`;
    throw new CommandFailed(exitCode.interrupted, message, { cause: error });
  });
  return ended!;
}
