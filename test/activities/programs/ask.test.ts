import { mkdir, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askLimits, askPrograms } from '../../../activities/programs/ask.ts';
import { until } from '../../stack/wait.ts';
import { processesWith, startStandIns, type StandIns } from './stand-ins.ts';

let programs: StandIns;
const ownTmp = process.env['TMPDIR'];
beforeEach(async () => {
  programs = await startStandIns();
  process.env['TMPDIR'] = join(programs.folder, 'tmp'); // other tests ask programs too
  await mkdir(tmpdir());
});
afterEach(async () => {
  if (ownTmp === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = ownTmp;
  await programs.close();
});

const path = '/usr/local/bin:/usr/bin:/bin';
const limits = { ...askLimits, oneMs: 500, passMs: 8000 };
/** Far less than the programs below would last. */
const shortly = { timeout: 20_000 };
const ask = (
  names: readonly string[],
  change: Partial<typeof limits> = {},
  signal = new AbortController().signal,
) =>
  askPrograms(
    names.map(programs.finding),
    programs.table,
    { path, signal },
    { ...limits, ...change },
  );
/** A duration that is unlike any other, so that its process is found by its command line. */
const seconds = `60.${String(process.pid).padStart(8, '0')}${Date.now()}`;
const sleep = `sleep ${seconds}`;
async function nothingIsLeft(): Promise<void> {
  expect(await processesWith(programs.folder)).toEqual([]);
  expect(await processesWith(seconds)).toEqual([]);
  expect(await readdir(tmpdir())).toEqual([]);
}
test('a program that answers has its version, with the switches and nothing else around it', async () => {
  await programs.script(
    'good',
    'echo "good 1.2.3"; env > "$0.env"; pwd > "$0.pwd"; cat; ps -o pgid= $$ > "$0.pgid"',
    {
      env: { GOOD_UPDATE_CHECK: 'off' },
    },
  );
  process.env['VX11_SECRET_OF_TEST'] = 'secret';
  expect(await ask(['good'])).toEqual({
    'image/good': { version: '1.2.3', version_from: 'run', usable: true, reason: null },
  });
  delete process.env['VX11_SECRET_OF_TEST'];
  const lines = (await readFile(join(programs.bin, 'good.env'), 'utf8')).trim().split('\n');
  const names = lines
    .map((line) => line.split('=')[0]!)
    .filter((name) => !/^(_|PWD|OLDPWD|SHLVL)$/.test(name));
  expect(names.toSorted()).toEqual([
    'CI',
    'GOOD_UPDATE_CHECK',
    'HOME',
    'LC_ALL',
    'NO_COLOR',
    'PATH',
    'TERM',
  ]);
  expect(lines.find((line) => line.startsWith('HOME='))).toMatch(/vx11-ask-/);
  expect(await readFile(join(programs.bin, 'good.pwd'), 'utf8')).toBe('/\n');
  await nothingIsLeft();
});

test(
  'hanging, forking, chatty and failing programs cost their own limits, and nothing of them is left',
  shortly,
  async () => {
    await programs.script('hangs', sleep);
    await programs.script('waits-for-input', 'read line; echo "asked 1.0.0"');
    await programs.script('ignores-signals', `trap '' TERM INT HUP; ${sleep}`);
    await programs.script('forks', `${sleep} & ${sleep} & echo "forks 2.0.0"`);
    await programs.script(
      'leaves-its-group',
      `setsid ${sleep} & setsid sh -c 'setsid ${sleep} & wait' & echo "leaves 3.0.0"; ${sleep}`,
    );
    await programs.script(
      'hands-on-its-output',
      `(setsid ${sleep} >&1 2>&2 &) ; echo "hands 4.0.0"`,
    );
    await programs.script('floods', 'echo "floods 5.0.0"; exec yes');
    await programs.script('floods-both', 'yes >&2 & exec yes');
    await programs.script('warns', 'echo "warns 6.0.0" >&2');
    await programs.script('fails', 'echo "error: no default toolchain is configured"; exit 1');
    await programs.script(
      'litters',
      'mkdir -p "$HOME/a/b"; echo x > "$HOME/a/b/c"; chmod 500 "$HOME/a/b"; echo "litters 7.0.0"',
    );
    await programs.script('kills-itself', 'kill -9 $$');
    await programs.file('bin/no-program', 'just text', 0o755);
    programs.know('no-program');
    programs.know('gone');
    const answers = await ask([...programs.table.keys()]);
    const seen = Object.fromEntries(
      Object.entries(answers).map(([key, { version, usable, reason }]) => [
        key.replace('image/', ''),
        version ?? (usable ? 'usable' : reason),
      ]),
    );
    const late = 'it did not tell its version within 0.5 s';
    expect(seen).toEqual({
      hangs: late,
      'waits-for-input': '1.0.0',
      'ignores-signals': late,
      forks: '2.0.0',
      'leaves-its-group': late,
      'hands-on-its-output': '4.0.0',
      floods: '5.0.0',
      'floods-both': 'it printed more than a version',
      warns: '6.0.0',
      fails: 'error: no default toolchain is configured',
      litters: '7.0.0',
      'kills-itself': 'a signal ended it',
      'no-program': expect.stringMatching(/not found|cannot/),
      gone: 'it cannot be started: ENOENT',
    });
    await nothingIsLeft();
  },
);

test('no more than 4 run at a time', async () => {
  for (let nth = 0; nth < 12; nth += 1)
    await programs.script(
      `one-${nth}`,
      `touch "${programs.folder}/run-$$"; ls ${programs.folder} | grep -c run- >> ${programs.folder}/counts; sleep 0.05; rm "${programs.folder}/run-$$"; echo 1.0.0`,
    );
  const answers = await ask([...programs.table.keys()], { oneMs: 5000 });
  expect(Object.keys(answers)).toHaveLength(12);
  const counts = (await readFile(join(programs.folder, 'counts'), 'utf8')).trim().split('\n');
  expect(Math.max(...counts.map(Number))).toBeLessThanOrEqual(4);
});

test('a pass that is over asks nobody else, and ends those that run', shortly, async () => {
  for (let nth = 0; nth < 10; nth += 1) await programs.script(`slow-${nth}`, sleep);
  const answers = await ask([...programs.table.keys()], { passMs: 700, oneMs: 60_000 });
  expect(answers).toEqual({});
  await nothingIsLeft();
});

test('an aborted pass ends what runs, and gives no answers for it', shortly, async () => {
  await programs.script('slow', sleep);
  const stopping = new AbortController();
  const asking = ask(['slow'], { oneMs: 60_000, passMs: 60_000 }, stopping.signal);
  await until('it runs', async () => (await processesWith(seconds)).length > 0);
  stopping.abort();
  expect(await asking).toEqual({});
  await nothingIsLeft();
});

test('programs that may not be run are not, even if they are asked for', async () => {
  const touch = `touch "${programs.folder}/ran"; echo 1.0.0`;
  await programs.script('never', touch, { args: null, never: 'it runs the model' });
  await programs.script('foreign', touch);
  const found = [
    programs.finding('never'),
    { ...programs.finding('foreign'), root: 'host' as const },
  ];
  const { signal } = new AbortController();
  expect(await askPrograms(found, programs.table, { path, signal }, limits)).toEqual({});
  expect((await readdir(programs.folder)).toSorted()).toEqual(['bin', 'tmp']);
});
