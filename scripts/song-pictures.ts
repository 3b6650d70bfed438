/**
 * Takes one song through shubniggurath, with real processes, and makes the pictures of docs/audio.md:
 * `node scripts/song-pictures.ts [FOLDER]`. It prints what the commands of that page answer. Needs Docker, Temporal, ffmpeg and
 * Chromium.
 */
import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { audioFolders } from '../platform/audio-folder.ts';
import { wavOf } from '../test/activities/audio/wav.ts';
import { vx11 } from '../test/cli/fixture.ts';
import { scaled } from '../test/domain/audio/signals.ts';
import { stereoSong } from '../test/domain/audio/songs.ts';
import { testProgram } from '../test/stack/program.ts';
import { startStack } from '../test/stack/stack.ts';
import { startTemporal } from '../test/stack/temporal.ts';
import { chromiumPath, flags, signIn } from '../test/web/browser.ts';
import { buildWeb } from './web/build.ts';

const repository = join(import.meta.dirname, '..');
const folder = process.argv[2] ?? join(repository, 'docs/pictures');
const rate = 44_100;
/** Where the song is too loud for its format, in seconds. */
const loud = [
  [12, 12.4],
  [26, 26.2],
] as const;

/** A song in A minor at 120 bpm, of which two places are cut off at full scale. */
function cutSong(): Buffer {
  const channels = stereoSong({ tonic: 9, scale: 'minor', bpm: 120, drums: true, length: 40 });
  return wavOf(
    channels.map((one) => {
      const song = scaled(one, 1.1);
      for (const [from, to] of loud)
        for (let at = Math.round(from * rate); at < to * rate; at += 1)
          song[at] = Math.max(-1, Math.min(1, 6 * song[at]!));
      return song;
    }),
    { rate },
  );
}

const scratch = await mkdtemp(join(tmpdir(), 'vx11-song-'));
await buildWeb(repository);
await mkdir(folder, { recursive: true });
const temporal = await startTemporal({ folder: scratch });
const stack = await startStack({
  temporalAddress: temporal.address,
  services: { shubniggurath: {} },
});
const args = ['workers/main.ts', 'shubniggurath'];
const shub = testProgram(process.execPath, args, stack.env, join(stack.home, 'shub.log'));
shub.start();
const browser = await chromium.launch({
  ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
  headless: true,
  args: flags,
});
try {
  const say = async (...line: string[]): Promise<string> => {
    const signal = AbortSignal.timeout(300_000);
    const env = { VX11_URL: stack.url, VX11_TOKEN: stack.token };
    const { out, err } = await vx11(line, env, { signal });
    console.log(`$ vx11 ${line.join(' ')}\n${out}${err}\n`);
    return out;
  };
  await writeFile(join(scratch, 'song.wav'), cutSong());
  await say('audio', 'put', join(scratch, 'song.wav'));
  await say('audio', 'analyze', 'song.wav');
  await say('open', 'shubniggurath', '--ttl', '30m');
  await say('audio', 'analyze', 'song.wav');
  const mastered = await say('audio', 'master', 'song.wav', '--lufs', '-14', '--ceiling', '-1');
  await say('audio', 'batch', 'song.wav', 'nope.wav', '--name', 'album', '--priority', '1');
  await say('chat', 'mezcla estas pistas');
  await say('chat', 'master song.wav for streaming');
  await say('close', 'shubniggurath');
  const id = /audio-[\da-f]+/.exec(mastered)![0];
  const left = audioFolders(stack.home).job(id);
  await copyFile(join(left, 'waveform.png'), join(folder, 'song-waveform.png'));
  const small = ['-vf', 'scale=760:-1', '-q:v', '24', join(folder, 'song-spectrogram.jpg')];
  const { status } = spawnSync('ffmpeg', ['-y', '-i', join(left, 'spectrogram.png'), ...small]);
  if (status !== 0) console.log('it left no spectrogram.png');
  const look = { viewport: { width: 1085, height: 800 }, colorScheme: 'light' } as const;
  const page = await (await browser.newContext(look)).newPage();
  await page.goto(`${stack.url}/operator/ui/audio/${id}`);
  await signIn(page, stack.token);
  await page.locator('svg path').first().waitFor();
  await page.getByRole('button', { name: 'Load to listen' }).waitFor();
  await page.waitForTimeout(500);
  const picture = { type: 'jpeg', quality: 45 } as const;
  await page.screenshot({ path: join(folder, 'song-page.jpg'), ...picture });
} finally {
  await browser.close();
  await shub.stop();
  await stack.destroy();
  await temporal.stop();
  await rm(scratch, { recursive: true, force: true });
}
process.exit();
