import { readFile } from 'node:fs/promises';
import { shubService } from '../../../contracts/queues.ts';
import { engineHealth, enginesIn } from '../../../domain/audio/engines.ts';
import { audioFolders } from '../../../platform/audio-folder.ts';

/** What services of this host lack, by name, with what to do about it: they have no store in which they could say so. */
export async function lackingIn(home: string): Promise<Record<string, string>> {
  const text = await readFile(audioFolders(home).engine, 'utf8').catch(() => null);
  const { status, hint } = engineHealth(text === null ? null : enginesIn(text));
  return status === 'degraded' && hint !== null ? { [shubService]: hint } : {};
}
