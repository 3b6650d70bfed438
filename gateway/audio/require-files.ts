import { VX11Error } from '../../contracts/errors.ts';
import { audioNameProblem } from '../../domain/audio/file-name.ts';
import { openWithin } from '../../platform/files/open-within.ts';
import { noSuchFile } from './audio-files.ts';

/** Throws `invalid` for names that no file can have. @param field of the request, for the error */
export function requireNames(names: readonly string[], field: string): void {
  for (const name of names) {
    const problem = audioNameProblem(name);
    if (problem !== null)
      throw new VX11Error('invalid', `${field}: ${problem}`, { fields: [{ field, problem }] });
  }
}

/** Throws `audio_file_not_found` too, for files that are not there. @param folder of the uploaded files */
export async function requireFiles(folder: string, names: readonly string[]): Promise<void> {
  requireNames(names, 'audio_path');
  for (const name of names) {
    const file = await openWithin(folder, name);
    if (file === null) throw noSuchFile(name);
    await file.handle.close();
  }
}
