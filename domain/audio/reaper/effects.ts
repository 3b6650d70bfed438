import type { AudioChainLink } from '../../../contracts/audio-report.ts';
import { effectDefaults } from '../mastering/effects.ts';
import { isOwn, type OwnEffect } from './jsfx.ts';
import type { Node } from './text.ts';

const mostParameters = 64;
/** A JSFX limiter knows sample peaks only, so that its ceiling is that much lower. */
const sampleMargin = 1;

const jsfx = (path: string, name: string, parameters: readonly number[]): Node => ({
  line: ['JS', path, name],
  inside: [
    [
      String(parameters[0] ?? 0),
      ...parameters.slice(1),
      ...Array.from({ length: mostParameters - Math.max(1, parameters.length) }, () => '-'),
    ],
  ],
});

const wrapped = (effect: Node, id: string): Node[] => [
  ['BYPASS', 0, 0, 0],
  effect,
  ['FLOATPOS', 0, 0, 0, 0],
  ['FXID', id],
  ['WAK', 0, 0],
];

/** The sliders of our own effects, in their order. */
const sliders: Record<string, (settings: Record<string, number>) => number[]> = {
  high_pass: ({ hz }) => [hz!],
  low_pass: ({ hz }) => [hz!],
  eq: ({ low_db, mid_db, high_db, low_hz, high_hz }) => [
    low_db!,
    mid_db!,
    high_db!,
    low_hz!,
    high_hz!,
  ],
  distortion: ({ drive, mix }) => [drive!, mix!],
  eq_band: ({ hz, gain_db, q }) => [hz!, gain_db!, q!],
  compressor: ({ threshold_db, ratio, attack_ms, release_ms }) => [
    threshold_db!,
    ratio!,
    attack_ms!,
    release_ms!,
  ],
  bass_to_mono: ({ hz }) => [hz!],
};

/** Those that come with REAPER. */
const shipped: ReadonlySet<string> = new Set(['gain', 'trim', 'limiter']);

/** Whether a project does what an effect did. */
export const isInProject = ({ effect }: Pick<AudioChainLink, 'effect'>): boolean =>
  isOwn(effect) || shipped.has(effect);

/** The effects of a chain that no project has. */
export const notInProject = (chain: readonly AudioChainLink[]): string[] => [
  ...new Set(chain.filter((one) => !isInProject(one)).map(({ effect }) => effect)),
];

/** Those of a chain that are our own: their text has to be beside the project. */
export const ownEffects = (chain: readonly AudioChainLink[]): OwnEffect[] =>
  [...new Set(chain.map(({ effect }) => effect))].filter(isOwn);

/**
 * A chain as JSFX, those of REAPER and our own: the state of other plug-ins is REAPER's own. What has no such form is only named
 * in the notes of the project.
 * @param id makes the id of the effect at a place
 */
export function effectNodes(chain: readonly AudioChainLink[], id: (nth: number) => string): Node[] {
  const effects = chain.flatMap(({ effect, settings }): Node[] => {
    if (effect === 'gain' || effect === 'trim')
      return [jsfx('utility/volume', effect, [Number(settings['gain_db']), 12])];
    if (isOwn(effect)) {
      const values = sliders[effect]!({
        ...effectDefaults[effect],
        ...(settings as Record<string, number>),
      });
      return [jsfx(`VX11/${effect}.jsfx`, effect, values)];
    }
    if (effect !== 'limiter') return [];
    const ceiling = Math.max(-6, Number(settings['limit_db']) - sampleMargin);
    const release = Number(settings['release_ms']);
    return [jsfx('loser/MGA_JSLimiterST', 'limiter', [ceiling, release, 100, ceiling])];
  });
  return effects.flatMap((one, nth) => wrapped(one, id(nth)));
}
