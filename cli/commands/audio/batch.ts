import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  audioBatch,
  audioBatchAnswer,
  audioBatchList,
  type AudioBatch,
} from '../../../contracts/audio-batch.ts';
import { audioDepth } from '../../../contracts/audio.ts';
import { batchHasEnded } from '../../../domain/audio/batch.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { Session } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';

const pollEveryMs = 500;

interface Options {
  name: string;
  depth?: string;
  priority?: number;
  cancel?: string;
}

/** Adds the command that analyses many files, and shows or ends a batch. */
export function addAudioBatch(audio: Command, session: () => Session): void {
  audio
    .command('batch [names...]')
    .description('analyse many files, one job each, and wait; without files: list the batches')
    .option('--name <name>', 'what the batch is called', 'batch')
    .addOption(
      new Option('--depth <depth>', 'quick leaves out tempo and key').choices(audioDepth.options),
    )
    .option('--priority <n>', '1 is the most urgent, 10 the least; default: 5', priorityOf)
    .option('--cancel <batch>', 'end this one')
    .action(async (audio_files: string[], { name, depth, priority, cancel }: Options) => {
      const own = session();
      const { gateway, terminal } = own;
      if (cancel !== undefined) {
        const path = `/vx11/audio/batch/${encodeURIComponent(cancel)}/cancel`;
        const batch = await gateway.call('POST', path, audioBatch);
        answer(terminal, batch, () => `${batch.batch_id}: ${batch.status}`);
        return;
      }
      if (audio_files.length === 0) {
        const given = await gateway.call('GET', '/vx11/audio/batch', audioBatchList);
        answer(terminal, given, () => listText(given.batches));
        return;
      }
      const body = {
        job_name: name,
        audio_files,
        ...(depth !== undefined && { analysis_type: depth }),
        ...(priority !== undefined && { priority }),
      };
      const given = await gateway.call('POST', '/vx11/audio/batch', audioBatchAnswer, { body });
      if (given.batch === null)
        throw new CommandFailed(exitCode.refused, `${given.error}: ${given.hint}`);
      const batch = await follow(own, given.batch);
      answer(terminal, batch, () => batchText(batch));
      if (batch.status !== 'completed') throw new CommandFailed(exitCode.failed, batch.status);
    });
}

function priorityOf(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 10) return value;
  throw new InvalidArgumentError('It is a number from 1 to 10.');
}

/** Shows how far a batch is until it has ended. */
async function follow(
  { gateway, terminal, signal }: Session,
  { batch_id }: AudioBatch,
): Promise<AudioBatch> {
  const { live } = terminal;
  const look = async (): Promise<AudioBatch | null> => {
    const now = await gateway.call('GET', `/vx11/audio/batch/${batch_id}`, audioBatch);
    live?.(`  ${now.processed_files} of ${now.total_files} files`);
    return batchHasEnded(now) ? now : null;
  };
  const waiting = poll(look, { everyMs: pollEveryMs, signal }).finally(() => live?.(''));
  const ended = await waiting.catch((error: unknown) => {
    if (!signal.aborted) throw error;
    const message = `${batch_id} continues; vx11 audio batch shows how far it is`;
    throw new CommandFailed(exitCode.interrupted, message, { cause: error });
  });
  return ended!;
}

const countsOf = ({ processed_files, total_files, failed_files }: AudioBatch): string =>
  `${processed_files} of ${total_files} files${failed_files === 0 ? '' : `, ${failed_files} failed`}`;

const batchText = (batch: AudioBatch): string =>
  [
    `${batch.batch_id} ${batch.job_name}: ${batch.status}, ${countsOf(batch)}`,
    table(
      ['FILE', 'STATUS', 'JOB', ''],
      batch.files.map(({ audio_path, status, job_id, cause, detail }) => [
        audio_path,
        status,
        job_id ?? '',
        cause === null ? '' : `${cause}: ${detail ?? ''}`,
      ]),
    ),
  ].join('\n');

function listText(batches: readonly AudioBatch[]): string {
  if (batches.length === 0) return 'There are no batches yet: vx11 audio batch NAME…';
  const rows = batches.map((one) => [one.batch_id, one.job_name, one.status, countsOf(one)]);
  return table(['ID', 'NAME', 'STATUS', 'FILES'], rows);
}
