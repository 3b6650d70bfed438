import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import {
  audioFile,
  audioFileList,
  audioJob,
  audioJobList,
  audioPresetList,
  type AudioFileList,
  type AudioJobList,
} from '../../../contracts/audio.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';
import type { AddCommand } from '../../session.ts';
import { table } from '../../table.ts';
import { answer } from '../../terminal.ts';
import { bytesText } from '../hermes/models.ts';
import { addAudioBatch } from './batch.ts';
import { addAudioStarts } from './start.ts';

export const addAudio: AddCommand = (program, session) => {
  const audio = program
    .command('audio')
    .description(
      'measure, master, mix and compare sound; shubniggurath does it while it is awake. Loudness is in LUFS, peaks in dBTP, changes in dB, rates in Hz',
    );
  audio
    .command('put <file> [name]')
    .description('upload a file; one of this name is replaced')
    .action(async (file: string, name: string | undefined) => {
      const { gateway, terminal, signal } = session();
      const content = await openAsBlob(file).catch((error: unknown) => {
        const message = `${file} cannot be read`;
        throw new CommandFailed(exitCode.usage, message, { cause: error });
      });
      const path = `/vx11/audio/files/${encodeURIComponent(name ?? basename(file))}`;
      const put = await gateway.upload(path, content, audioFile, signal);
      answer(terminal, put, () => `${put.name}: ${bytesText(put.size_bytes)}, ${put.sha256}`);
    });
  audio
    .command('files')
    .description('list the uploaded files')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/audio/files', audioFileList);
      answer(terminal, given, () => filesText(given));
    });
  audio
    .command('jobs')
    .description('list the newest jobs')
    .option('--cancel <job>', 'end this one')
    .action(async ({ cancel }: { cancel?: string }) => {
      const { gateway, terminal } = session();
      if (cancel !== undefined) {
        const path = `/vx11/audio/jobs/${encodeURIComponent(cancel)}/cancel`;
        const job = await gateway.call('POST', path, audioJob);
        answer(terminal, job, () => `${job.job_id}: ${job.status}`);
        return;
      }
      const given = await gateway.call('GET', '/vx11/audio/jobs', audioJobList);
      answer(terminal, given, () => jobsText(given));
    });
  audio
    .command('presets')
    .description('list what a master may be for, with its loudness (LUFS) and ceiling (dBTP)')
    .action(async () => {
      const { gateway, terminal } = session();
      const given = await gateway.call('GET', '/vx11/audio/presets', audioPresetList);
      const rows = given.presets.map(({ name, target, about }) => [
        name,
        `${target.lufs} LUFS`,
        `${target.ceiling_dbtp} dBTP`,
        about,
      ]);
      answer(terminal, given, () => table(['NAME', 'LOUDNESS', 'CEILING', 'FOR'], rows));
    });
  addAudioStarts(audio, session);
  addAudioBatch(audio, session);
};

function filesText({ files }: AudioFileList): string {
  if (files.length === 0) return 'There are no files yet: vx11 audio put FILE';
  const rows = files.map((one) => [one.name, bytesText(one.size_bytes), one.uploaded_at]);
  return table(['NAME', 'SIZE', 'UPLOADED'], rows);
}

function jobsText({ jobs }: AudioJobList): string {
  if (jobs.length === 0) return 'There are no jobs yet: vx11 audio analyze NAME';
  const rows = jobs.map(({ job_id, request, status, percent, cause, created_at }) => [
    job_id,
    request.kind,
    request.inputs.map(({ audio_path }) => audio_path).join(' '),
    cause === null ? `${status} ${percent} %` : `${status}: ${cause}`,
    created_at,
  ]);
  return table(['ID', 'KIND', 'FILES', 'STATUS', 'CREATED'], rows);
}
