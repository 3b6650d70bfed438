import type { StemRole } from '../../../contracts/audio.ts';

const words: [StemRole, RegExp][] = [
  ['kick', /\b(kick|bd|bombo)\b/],
  ['bass', /\b(bass|bajo|sub)\b/],
  ['drums', /\b(drums?|snare|hats?|hihat|toms?|perc(ussion)?|overheads?|bateria|caja|platos)\b/],
  ['lead', /\b(lead|vox|vocals?|voice|voz|singer|cantante)\b/],
  ['effects', /\b(fx|efx|effects?|sfx|riser|noise|efectos)\b/],
];

/** What a track is by its name; harmony if that says nothing. */
export function roleOfName(audio_path: string): StemRole {
  const plain = audio_path
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[_\-.\d/]+/g, ' ');
  return words.find(([, word]) => word.test(plain))?.[0] ?? 'harmony';
}
