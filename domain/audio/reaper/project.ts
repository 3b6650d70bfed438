import type { AudioChainLink, AudioIssue } from '../../../contracts/audio-report.ts';
import { amplitude } from '../counting/decibels.ts';
import { effectNodes, isInProject } from './effects.ts';
import { reaperText, type Node } from './text.ts';

/** A track of a project: one file, dry. */
export interface ProjectTrack {
  name: string;
  /** Relative to the project. */
  file: string;
  seconds: number;
  gain_db: number;
  pan: number;
  mute: boolean;
  flip: boolean;
  /** Its own effects, before its fader. */
  chain: AudioChainLink[];
  /** How REAPER reads it. */
  source: 'WAVE' | 'FLAC' | 'MP3' | 'VORBIS';
}

export interface Project {
  rate: number;
  bpm: number | null;
  tracks: ProjectTrack[];
  master_gain_db: number;
  /** On the master track. */
  chain: AudioChainLink[];
  issues: Pick<AudioIssue, 'kind' | 'ranges'>[];
}

const panLawValue = 0.707_106_781_187;
const mostMarkers = 100;

/**
 * The text of a REAPER 7 project with the same faders as the mix; issues are markers. The same project has the same text.
 * @param guid makes a GUID from what it is for
 */
export function projectText(project: Project, guid: (what: string) => string): string {
  const { rate, bpm, tracks, master_gain_db, chain } = project;
  const effects = effectNodes(chain, (nth) => guid(`master effect ${nth}`));
  const notes = [...chain, ...tracks.flatMap((track) => track.chain)].map((one) => [
    `|${one.effect}${isInProject(one) ? '' : ' (not in this project)'}: ${one.because}`.replaceAll(
      /[\r\n]+/g,
      ' ',
    ),
  ]);
  return reaperText({
    line: ['REAPER_PROJECT', '0.1', '7.0/linux-x86_64', 0],
    inside: [
      ...(notes.length === 0 ? [] : [{ line: ['NOTES', 0, 2], inside: notes }]),
      ['PANLAW', panLawValue],
      ['PANMODE', 3],
      ['SAMPLERATE', rate, 1, 0],
      ['TEMPO', bpm ?? 120, 4, 4],
      ['MASTER_VOLUME', amplitude(master_gain_db), 0, -1, -1, 1],
      ...markersOf(project.issues),
      ...(effects.length === 0 ? [] : [{ line: ['MASTERFXLIST'], inside: shown(effects) }]),
      ...tracks.map((track, nth) => trackNode(track, (what) => guid(`track ${nth} ${what}`))),
    ],
  });
}

/** The same effects as a file that REAPER can load into any chain. */
export const chainText = (
  chain: readonly AudioChainLink[],
  guid: (what: string) => string,
): string =>
  reaperText({ line: ['X'], inside: effectNodes(chain, (nth) => guid(`effect ${nth}`)) })
    .split('\n')
    .slice(1, -2)
    .map((line) => line.slice(2))
    .join('\n')
    .concat('\n');

const shown = (effects: Node[]): Node[] => [['SHOW', 0], ['LASTSEL', 0], ['DOCKED', 0], ...effects];

function trackNode(track: ProjectTrack, guid: (what: string) => string): Node {
  const { name, file, seconds, gain_db, pan, mute, flip, chain, source } = track;
  const id = guid('track');
  const effects = effectNodes(chain, (nth) => guid(`effect ${nth}`));
  return {
    line: ['TRACK', id],
    inside: [
      ['NAME', name],
      ['VOLPAN', amplitude(gain_db), pan, -1, -1, 1],
      ['MUTESOLO', mute ? 1 : 0, 0, 0],
      ['IPHASE', flip ? 1 : 0],
      ['NCHAN', 2],
      ['FX', 1],
      ['TRACKID', id],
      ['MAINSEND', 1, 0],
      ...(effects.length === 0 ? [] : [{ line: ['FXCHAIN'], inside: shown(effects) }]),
      {
        line: ['ITEM'],
        inside: [
          ['POSITION', 0],
          ['LENGTH', seconds],
          ['LOOP', 0],
          ['NAME', name],
          ['VOLPAN', 1, 0, 1, -1],
          ['SOFFS', 0],
          ['PLAYRATE', 1, 1, 0, -1, 0, 0.0025],
          ['IGUID', guid('item')],
          ['GUID', guid('take')],
          { line: ['SOURCE', source], inside: [['FILE', file]] },
        ],
      },
    ],
  };
}

/** Where issues are heard: a marker each, and a region where it lasts. */
function markersOf(issues: Project['issues']): Node[] {
  const places = issues.flatMap(({ kind, ranges }) =>
    ranges.map(([from, to]) => ({ kind, from, to })),
  );
  return places.slice(0, mostMarkers).flatMap(({ kind, from, to }, at): Node[] => {
    const nth = at + 1;
    if (to - from < 0.05) return [['MARKER', nth, from, kind, 0]];
    return [
      ['MARKER', nth, from, kind, 1],
      ['MARKER', nth, to, '', 1],
    ];
  });
}
