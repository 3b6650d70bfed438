import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore } from '../../store/index.ts';

/** Mounts a disk of four megabytes at `folder`. @returns null, or why that is not possible */
function mountTinyDisk(folder: string): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root on Linux may mount';
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', folder], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return String((error as { stderr?: Buffer }).stderr ?? error).trim();
  }
}

test('on a full disk writes fail and reads continue; writes succeed once there is room', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-full-'));
  const refusal = mountTinyDisk(folder);
  if (refusal !== null) {
    await rm(folder, { recursive: true });
    console.log(`the test with a full disk is left out: ${refusal}`);
    context.skip(refusal);
  }
  try {
    const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
    let acknowledged = 0;
    const write = async (): Promise<void> => {
      const payload = { text: 'x'.repeat(20_000) };
      await store.events.append([{ type: 'process.started', at: 1, actor: 'a', payload }]);
      acknowledged += 1;
    };
    await write();
    const ballast = join(folder, 'ballast');
    await writeFile(ballast, Buffer.alloc(2 ** 22)).catch(() => undefined); // until no byte is free
    for (let n = 0; n < 5; n += 1) {
      const error = await write().then(
        () => null,
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ name: 'VX11Error', code: 'store_unavailable' });
      expect(await store.events.newest()).toBe(acknowledged);
    }
    expect(await store.audit.verify('events')).toMatchObject({ ok: true, checked: acknowledged });
    await rm(ballast);
    for (let n = 0; n < 3; n += 1) await write();
    expect(await store.audit.verify('events')).toMatchObject({ ok: true, checked: acknowledged });
    await store.close();
    const again = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
    expect(await again.events.newest()).toBe(acknowledged);
    await again.close();
  } finally {
    execFileSync('umount', [folder]);
    await rm(folder, { recursive: true });
  }
});
