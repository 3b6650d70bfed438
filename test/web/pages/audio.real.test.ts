import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { audioAt } from '../../../domain/audio/job.ts';
import { chromiumPath, startWeb, type Web } from '../browser.ts';
import { seedAll, type House } from '../house/house.ts';

describe.skipIf(chromiumPath === undefined)('the page of audio', () => {
  let web: Web;
  let house: House;
  let page: Page;
  beforeAll(async () => {
    web = await startWeb();
    house = await seedAll(web);
    page = await web.page('operator', { name: 'ana', path: 'audio' });
  });
  afterAll(() => web?.close());

  const files = () => page.getByRole('table', { name: 'The uploaded files' });
  const go = (to: string): Promise<void> =>
    page.evaluate((path) => history.pushState(null, '', path), new URL(web.url).pathname + to);

  test('takes files from the disk, also while shubniggurath sleeps, and says what to open', async () => {
    const song = join(web.home, 'new - take 2.wav');
    await writeFile(song, 'RIFF and so on');
    await page.getByLabel('Upload files').setInputFiles([song]);
    await files()
      .getByRole('row', { name: /new - take 2\.wav/ })
      .waitFor();
    await page.getByText('shubniggurath sleeps').waitFor();
    const analyze = page.getByRole('button', { name: 'Analyse new - take 2.wav' });
    expect(await analyze.getAttribute('aria-disabled')).toBe('true');
    expect(await analyze.getAttribute('title')).toContain('open it first');
    await page.getByRole('button', { name: 'Remove new - take 2.wav' }).click();
    await files()
      .getByRole('row', { name: /new - take 2\.wav/ })
      .waitFor({ state: 'detached' });
  });

  test('shows a master: its figures, its waveform with problems at their times, and why', async () => {
    await go(`audio/${house.audioJob}`);
    await page.getByText('The master, measured on the written file').waitFor();
    const text = await page.locator('main').textContent();
    for (const part of ['−14.00 LUFS', '−1.18 dBTP', '1:01.20–1:01.20', 'A minor', '120 bpm'])
      expect(text).toContain(part);
    await page.locator('svg path[class*=signal]').waitFor();
    await page.getByRole('img', { name: 'Spectrogram' }).waitFor();
    const [clipping] = await page.locator('svg rect[class*=high]').all();
    // at 61.2 of 180 s
    expect(Number(await clipping!.getAttribute('x'))).toBeCloseTo(34, 0);
    const problems = page.getByRole('table', { name: 'Problems', exact: true });
    expect(await problems.getByRole('row').nth(1).textContent()).toMatch(/1 clipping.*high/);
  });

  test('plays the master beside the original at one loudness, by keys alone', async () => {
    await page.getByRole('button', { name: 'Load to listen' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Play' }).waitFor();
    const place = page.getByLabel('Place');
    expect(await place.getAttribute('aria-valuetext')).toBe('0:00 of 0:02');
    await page.getByRole('button', { name: 'Play' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowRight');
    expect(await page.getByRole('radio', { name: 'master' }).isChecked()).toBe(true);
    // it ends by itself, and begins again from the start
    await page.getByRole('button', { name: 'Play' }).waitFor({ timeout: 10_000 });
    await place.focus();
    for (let nth = 0; nth < 10; nth += 1) await page.keyboard.press('ArrowRight');
    expect(await place.getAttribute('aria-valuetext')).toBe('0:01 of 0:02');
  });

  test('follows a job by its own stream, and a cancelled one ends on the page', async () => {
    await go(`audio/${house.liveAudio}`);
    await page.getByText('47 %, pass 2').waitFor();
    await web.store.audio.change(house.liveAudio, (job) => ({
      view: { ...audioAt(job, { phase: 'render', waits: false }, 1), percent: 71, pass: 3 },
      events: [],
    }));
    await page.getByText('71 %, pass 3').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('ana cancelled it.').waitFor();
    expect(await page.getByRole('button', { name: 'Cancel' }).count()).toBe(0);
  });

  test('asks for what is missing: two tracks for a mix, two files for a comparison', async () => {
    await go('audio?mix');
    const dialog = page.getByRole('dialog');
    const mix = dialog.getByRole('button', { name: 'Mix', exact: true });
    expect(await mix.getAttribute('title')).toBe('Choose at least two tracks');
    await dialog.getByLabel('drums.wav').check();
    await dialog.getByLabel('voz principal.wav').check();
    await dialog.getByLabel('Role of voz principal.wav').selectOption('lead');
    expect(await mix.getAttribute('title')).toContain('open it first');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('has no acts for those who may only look', async () => {
    const viewer = await web.page('viewer', { path: 'audio' });
    await viewer.getByText('Only tokens of scope operator can upload').waitFor();
    expect(
      await viewer.getByRole('button', { name: /^(Master|Mix|Compare|Analyse|Remove)\b/ }).count(),
    ).toBe(0);
    expect(await viewer.getByLabel('Upload files').count()).toBe(0);
    expect(await viewer.getByRole('button', { name: 'Download song.wav' }).count()).toBe(1);
    await viewer.context().close();
  });
});
