import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AudioBatch } from '../../../contracts/audio-batch.ts';
import type { AudioJob, AudioRequest } from '../../../contracts/audio.ts';
import { endedBatch, fileBegun, fileEnded } from '../../../domain/audio/batch.ts';
import { endedAudio } from '../../../domain/audio/job.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { aService } from '../../domain/samples.ts';
import {
  adminToken,
  beat,
  catalog,
  startGateway,
  view,
  type Gateway,
} from '../../gateway/fixture.ts';
import { vx11 } from '../fixture.ts';

let gateway: Gateway;
let url: string;
beforeAll(async () => {
  const temporal = {
    ...connectTemporal('127.0.0.1:1', 'default'),
    async startAudio({ job_id, request }: AudioJob) {
      const { audio } = gateway.store;
      await audio.saveReport(job_id, reportExample);
      const end =
        request.kind === 'mix'
          ? { ok: false as const, cancelled: false, cause: 'silent', detail: 'nothing is heard' }
          : { ok: true as const, artifacts: ['report.json'] };
      await audio.change(job_id, (now) => ({ view: endedAudio(now, end, 1), events: [] }));
    },
    /** The last file of a batch is bad. */
    async startBatch({ batch_id, total_files }: AudioBatch) {
      await gateway.store.audioBatches.change(batch_id, (batch) => {
        const ended = batch.files.reduce(
          (now, _, nth) =>
            fileEnded(
              fileBegun(now, nth),
              nth,
              nth < total_files - 1
                ? { ok: true, artifacts: [] }
                : { ok: false, cancelled: false, cause: 'not_audio', detail: 'export it again' },
            ),
          batch,
        );
        return { view: endedBatch(ended, 'completed', 1), events: [] };
      });
    },
    cancelBatch: async () => undefined,
    breaker: 'closed' as const,
  };
  gateway = await startGateway({ deps: { temporal } });
  await gateway.store.services.saveCatalog(catalog([aService('shubniggurath')]), []);
  await beat(gateway.store);
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => gateway.close());
const run = (...line: string[]) =>
  vx11(['audio', ...line], { VX11_URL: url, VX11_TOKEN: adminToken });

test('a file is uploaded, measured once shubniggurath is awake, and its problems have times', async () => {
  const file = join(gateway.files, '..', 'song.wav');
  await writeFile(file, 'RIFF and so on');
  expect((await run('files')).out).toBe('There are no files yet: vx11 audio put FILE');
  const put = await run('put', file);
  expect([put.code, put.out]).toEqual([0, expect.stringMatching(/^song\.wav: 14 B, [\da-f]{64}$/)]);
  expect((await run('files')).out).toMatch(/^song\.wav +14 B/m);
  const asleep = await run('analyze', 'song.wav');
  expect(asleep).toMatchObject({
    code: 3,
    err: expect.stringContaining('vx11 open shubniggurath') as string,
  });
  const services = ['shubniggurath'];
  const window = view({ services, members: services, target: 'shubniggurath' });
  await gateway.store.windows.save(window, []);
  const lease = { window_id: window.window_id, host: 'box', service: 'shubniggurath' };
  await gateway.store.leases.reserve(
    window.window_id,
    [{ ...lease, deadline: null, is_open: true }],
    1,
  );
  const { code, out } = await run('analyze', 'song.wav', '--depth', 'quick');
  expect(code).toBe(0);
  expect(out).toContain('loudness -11.9 LUFS, range 5.2 LU, true peak 0.4 dBTP');
  expect(out).toContain('high clipping at 61.20–61.20 s: 54 samples are cut off');
  await flagsAreSent();
  expect((await run('mix', 'song.wav=lead')).err).toContain('silent: nothing is heard');
  expect((await run('batch')).out).toBe('There are no batches yet: vx11 audio batch NAME…');
  const batch = await run('batch', 'song.wav', 'x.wav', '--name', 'album', '--priority', '2');
  expect(batch.code).toBe(0);
  expect(batch.out).toMatch(/^batch-[\da-f]+ album: completed, 2 of 2 files, 1 failed$/m);
  expect(batch.out).toMatch(/^x\.wav +failed .*not_audio: export it again$/m);
  expect((await run('batch')).out).toMatch(/album +completed +2 of 2 files, 1 failed/);
  expect((await run('batch', 'song.wav', '--priority', '11')).code).toBe(2);
  expect((await run('jobs')).out).toMatch(/mix +song\.wav +failed: silent/);
});

const requestOf = async (...line: string[]): Promise<AudioRequest> => {
  await run(...line);
  return (await gateway.store.audio.list({ limit: 1 }))[0]!.request;
};

/** Every option is in the request, under the name that the API has for it. */
async function flagsAreSent(): Promise<void> {
  const about = ['--sample-rate', '96000', '--metadata', 'title=One', '--metadata', 'take=2'];
  expect(await requestOf('analyze', 'song.wav', ...about)).toMatchObject({
    sample_rate: 96_000,
    metadata: { title: 'One', take: '2' },
  });
  const target = ['--lufs', '-9.5', '--ceiling', '-2', '--max-reduction', '3'];
  const format = ['--format', 'flac', '--bits', '16', '--rate', '48000', '--dual-mono'];
  expect(await requestOf('master', 'song.wav', ...target, ...format)).toMatchObject({
    preset: null,
    target: { lufs: -9.5, ceiling_dbtp: -2, max_gain_reduction_db: 3 },
    format: { container: 'flac', bits: 16, rate: 48_000 },
    dual_mono: true,
  });
  expect(await requestOf('master', 'song.wav', '--ceiling=-3')).toMatchObject({
    target: { lufs: -14, ceiling_dbtp: -3 },
    format: { container: 'wav', bits: 24 },
  });
  expect(await requestOf('master', 'song.wav', '--preset', 'vinyl')).toMatchObject({
    preset: 'vinyl',
    target: { lufs: -16, ceiling_dbtp: -3 },
  });
  const stems = ['song.wav=bass,gain=-3.5,pan=0.25,mute,flip', '--lead', 'song.wav', '--no-bus'];
  expect(await requestOf('mix', ...stems, '--lufs', '-16')).toMatchObject({
    inputs: [
      { audio_path: 'song.wav', role: 'bass', gain_db: -3.5, pan: 0.25, mute: true, flip: true },
    ],
    bus: false,
    target: { lufs: -16, ceiling_dbtp: -1 },
  });
}

test('what cannot be is refused with the unit, before anything is sent', async () => {
  const refused = async (...line: string[]): Promise<string> => {
    const { code, err } = await run(...line);
    expect(code, line.join(' ')).toBe(2);
    return err;
  };
  expect(await refused('master', 'x.wav', '--lufs', '3')).toContain('LUFS from -40 to -4');
  expect(await refused('master', 'x.wav', '--ceiling', '-1dB')).toContain('dBTP from -9 to 0');
  expect(await refused('master', 'x.wav', '--preset', 'cd', '--lufs', '-9')).toContain(
    'cannot be used with',
  );
  expect(await refused('master', 'x.wav', '--rate', '44000')).toContain('44100, 48000');
  expect(await refused('mix', 'x.wav=lead,gain=loud')).toContain('gain in dB from -60 to 12');
});

test('the help names the unit of every number', async () => {
  expect((await run('--help')).out).toContain('LUFS, peaks in dBTP, changes in dB, rates in Hz');
  const help = (await run('master', '--help')).out;
  for (const unit of [/--lufs <LUFS> .*in LUFS/, /--ceiling <dBTP> /, /--max-reduction <dB> /])
    expect(help).toMatch(unit);
  expect((await run('presets')).out).toMatch(/^vinyl +-16 LUFS +-3 dBTP/m);
});
