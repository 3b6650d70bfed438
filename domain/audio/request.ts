import type {
  AnalyzeBody,
  AudioFormat,
  AudioRequest,
  CompareBody,
  MasterBody,
  MixBody,
} from '../../contracts/audio.ts';
import { completeTarget, presetOf, usualPreset } from './presets.ts';

const format: AudioFormat = { container: 'wav', bits: 24 };
const usual = {
  depth: 'full',
  preset: null,
  target: null,
  format,
  dual_mono: false,
  unity: false,
  bus: false,
} as const;

export const analyzeRequest = ({
  audio_path,
  depth = 'full',
  ...about
}: AnalyzeBody): AudioRequest => ({
  ...usual,
  kind: 'analyze',
  inputs: [{ audio_path }],
  depth,
  ...aboutOf(about),
});

/** What a caller says about a file, without what it does not say. */
export const aboutOf = ({
  sample_rate,
  metadata,
}: Pick<AnalyzeBody, 'sample_rate' | 'metadata'>): Pick<
  AudioRequest,
  'sample_rate' | 'metadata'
> => ({
  ...(sample_rate !== undefined && { sample_rate }),
  ...(metadata !== undefined && { metadata }),
});

/** Null if there is no preset of this name. */
export function masterRequest(body: MasterBody): AudioRequest | null {
  const name = body.target === undefined ? (body.preset ?? usualPreset) : null;
  const preset = name === null ? null : presetOf(name);
  const target = body.target ?? preset?.target;
  if (target === undefined) return null;
  return {
    ...usual,
    kind: 'master',
    inputs: [{ audio_path: body.audio_path }],
    depth: 'full',
    preset: name,
    target: completeTarget(target),
    format: body.format ?? format,
    dual_mono: body.dual_mono ?? false,
  };
}

/** A track that is named as the lead is one, whatever its own name says. */
export const mixRequest = ({
  stems,
  unity = false,
  lead,
  bus = !unity,
  master,
}: MixBody): AudioRequest => ({
  ...usual,
  kind: 'mix',
  inputs: stems.map((stem) =>
    stem.audio_path === lead && stem.role === undefined ? { ...stem, role: 'lead' } : stem,
  ),
  unity,
  bus,
  target: master === undefined ? null : completeTarget(master),
});

export const compareRequest = ({ a, b }: CompareBody): AudioRequest => ({
  ...usual,
  kind: 'compare',
  inputs: [{ audio_path: a }, { audio_path: b }],
});
