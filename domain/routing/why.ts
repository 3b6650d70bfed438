import type { DecisionInputs, ExcludedTarget } from '../../contracts/routing-decision.ts';
import type { Choice } from './choose.ts';

/** Parts of a utility that differ by less than this are called equal. */
const equal = 0.01;
const namedExclusions = 3;

/** Why a choice was made, in one sentence with its numbers. */
export function why(inputs: DecisionInputs, choice: Choice): string {
  const { excluded, request, at_ms } = inputs;
  const relevant = excluded.filter(({ reasons }) => !reasons.includes('not_named'));
  const out = exclusions(relevant, at_ms, request.deadline_seconds);
  if (choice.chosen === null) return ['no target can take it', ...out].join('; ');
  return [`${inputs.candidates.id[choice.chosen]}: ${reason(inputs, choice)}`, ...out].join('; ');
}

function reason(inputs: DecisionInputs, choice: Choice): string {
  const { candidates, request } = inputs;
  const { means, draws, explored } = choice;
  const chosen = choice.chosen!;
  if (request.named !== null) return 'named by the caller';
  const others = means.map((_, row) => row).filter((row) => row !== chosen);
  const held = new Set(inputs.held_back);
  const ready = others.filter((row) => !held.has(row) || held.has(chosen));
  if (ready.length === 0) return 'the only one that can take it';
  const next = ready.reduce((best, row) => (means[row]! > means[best]! ? row : best));
  const name = candidates.id[next]!;
  const both = `${two(means[chosen]!)} vs ${two(means[next]!)}`;
  if (explored)
    return `tried to learn more of it, drawn ${two(draws[chosen]!)} (expected ${both} of ${name})`;
  const better = means[chosen]! >= means[next]!;
  const parts = comparison(inputs, chosen, next);
  const start = better ? `${both} of ${name}` : `drawn as good as ${name} (${both})`;
  return parts.length === 0 ? `${start}, equal in every part` : `${start}, ${parts.join(', ')}`;
}

interface Part {
  gain: number;
  text: string;
}

/** In what the chosen one is better and worse than the next, what counts most first. */
function comparison(inputs: DecisionInputs, one: number, other: number): string[] {
  const [a, b] = [partsOf(inputs, one), partsOf(inputs, other)];
  const { quality, latency, cost, latency_seconds } = inputs.weights;
  const speed = (seconds: number): number => latency / (1 + seconds / latency_seconds);
  const thrift = (usd: number): number => cost / (1 + usd / Math.max(inputs.reference_usd, 1e-12));
  const sum = (of: Parts): number => quality * of.quality + speed(of.latency) + thrift(of.cost);
  const parts: Part[] = [
    {
      gain: quality * (a.quality - b.quality),
      text: `${a.quality > b.quality ? 'better' : 'less'} quality (${two(a.quality)} vs ${two(b.quality)})`,
    },
    {
      gain: speed(a.latency) - speed(b.latency),
      text: `${a.latency < b.latency ? 'faster' : 'slower'} by ${seconds(Math.abs(a.latency - b.latency))}`,
    },
    {
      gain: thrift(a.cost) - thrift(b.cost),
      text: `${a.cost < b.cost ? 'cheaper' : 'dearer'} by ${money(Math.abs(a.cost - b.cost))}`,
    },
    {
      gain: (a.ok - b.ok) * sum(b),
      text: `${a.ok > b.ok ? 'more' : 'less'} reliable (${percent(a.ok)} vs ${percent(b.ok)})`,
    },
  ];
  const apart = parts.filter(({ gain }) => Math.abs(gain) >= equal);
  apart.sort((first, second) => second.gain - first.gain);
  return apart.map(({ gain, text }, at) =>
    gain < 0 && at > 0 && apart[at - 1]!.gain > 0 ? `though ${text}` : text,
  );
}

export interface Parts {
  ok: number;
  quality: number;
  /** Seconds. */
  latency: number;
  /** USD. */
  cost: number;
}

/** What is expected of one row. */
export function partsOf({ candidates }: DecisionInputs, row: number): Parts {
  const share = (yes: number, no: number): number => yes / (yes + no);
  return {
    ok: share(candidates.ok_yes[row]!, candidates.ok_no[row]!),
    quality: share(candidates.quality_yes[row]!, candidates.quality_no[row]!),
    latency: candidates.wait[row]! + Math.exp(candidates.answer_log[row]!),
    cost: candidates.cost[row]!,
  };
}

/** The first targets that were out, those first that time brings back or that sleep, and how many more. */
function exclusions(
  excluded: readonly ExcludedTarget[],
  now: number,
  deadline: number | null,
): string[] {
  const rank = ({ until_ms, wake_seconds }: ExcludedTarget): number =>
    until_ms !== null ? 0 : wake_seconds !== null ? 1 : 2;
  const shown = excluded
    .toSorted((one, other) => rank(one) - rank(other))
    .slice(0, namedExclusions);
  const more = excluded.length - shown.length;
  return [
    ...shown.map((one) => `${one.id} was out: ${reasonsOf(one, now, deadline)}`),
    ...(more > 0 ? [`${more} more ${more === 1 ? 'was' : 'were'} out`] : []),
  ];
}

function reasonsOf(
  { reasons, until_ms, wake_seconds }: ExcludedTarget,
  now: number,
  deadline: number | null,
): string {
  const words = reasons.join(', ');
  if (until_ms !== null) return `${words} for ${seconds((until_ms - now) / 1000)} more`;
  if (wake_seconds === null) return words;
  const limit = deadline === null ? '' : `, deadline ${seconds(deadline)}`;
  return `${words}, up to ${seconds(wake_seconds)} to wake${limit}`;
}

const two = (value: number): string => value.toFixed(2);
const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;
const seconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} s`;
/** Two digits that count, without the exponents of tiny numbers. */
const money = (usd: number): string => {
  const digits = Math.min(9, Math.max(2, 1 - Math.floor(Math.log10(Math.max(usd, 1e-9)))));
  return `${usd.toFixed(digits)} USD`;
};
