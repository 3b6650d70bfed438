import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { foundBy, noteEngine } from '../../../../activities/audio/engines/note-engine.ts';
import { audioFolders } from '../../../../platform/audio-folder.ts';
import { lackingIn } from '../../../../workers/madre/presence/lacking.ts';
import { temporaryHome } from '../../../cli/up/temporary-home.ts';

test('what shubniggurath did not find when it started is reported with the command that brings it, until it does', async () => {
  const home = temporaryHome();
  const folders = audioFolders(home);
  expect(await lackingIn(home)).toEqual({});
  mkdirSync(dirname(folders.engine), { recursive: true });
  writeFileSync(folders.engine, 'half a wor');
  expect(await lackingIn(home)).toEqual({});
  const all = { ffmpeg: '5.1.9', ffprobe: '5.1.9', sox: '14', bpm: '0.3' };
  for (const missing of ['ffmpeg', 'sox', 'bpm'] as const) {
    const { [missing]: _gone, ...tools } = all;
    await noteEngine(folders, foundBy({ tools }, 0));
    const { shubniggurath } = await lackingIn(home);
    expect(shubniggurath).toContain(`${missing} missing`);
    expect(shubniggurath).toContain('npm run image -- audio');
  }
  await noteEngine(folders, foundBy({ tools: all }, 0));
  expect(await lackingIn(home)).toEqual({});
});
