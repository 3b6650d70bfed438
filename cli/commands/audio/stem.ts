import { audioStem, stemRole, type AudioStem } from '../../../contracts/audio.ts';
import { CommandFailed, exitCode } from '../../exit-code.ts';

const roles = stemRole.options.join('|');
const one = `(?:${roles}|gain=[^,=]*|pan=[^,=]*|mute|flip)`;
/** `NAME=lead,gain=-3,pan=0.2,mute`; a name may have an equals sign of its own. */
const form = new RegExp(`^(.+?)=(${one}(?:,${one})*)$`, 's');

/** Reads a track and what is to be done with it. */
export function stemOf(text: string): AudioStem {
  const [, audio_path, words] = form.exec(text) ?? [];
  if (audio_path === undefined) return { audio_path: text };
  const stem: Record<string, unknown> = { audio_path };
  for (const word of words!.split(',')) {
    const [name, value] = word.split('=') as [string, string?];
    if (name === 'gain') stem['gain_db'] = numberOf(value);
    else if (name === 'pan') stem['pan'] = numberOf(value);
    else if (name === 'mute' || name === 'flip') stem[name] = true;
    else stem['role'] = name;
  }
  const { data } = audioStem.safeParse(stem);
  if (data !== undefined) return data;
  throw new CommandFailed(
    exitCode.usage,
    `${text}: give gain in dB from -60 to 12, and pan from -1 (left) to 1 (right).`,
  );
}

const numberOf = (text = ''): number => (text.trim() === '' ? NaN : Number(text));
