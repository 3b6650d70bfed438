import type { AudioTempo } from '../../contracts/audio-report.ts';
import { rounded } from './counting/decibels.ts';

/** How often the energy of a signal is looked at. */
export const energyRate = 100;
const leastSeconds = 5;
/** Noise has up to 0.15, music with a beat 0.3 and more. */
const leastConfidence = 0.2;
/** In tens of dB: 1 dB, which is more than the waves of a steady tone above 140 Hz leave. */
const leastRise = 0.1;

/**
 * Whether what `bpm` said is a tempo: it answers for silence and noise, too. A beat shows in the energy of the signal, which
 * is like itself one beat later.
 * @param said the number that the program printed
 * @param energies the energy of each hundredth of a second
 */
export function tempoOf(said: string, energies: Float32Array): AudioTempo | null {
  const found = Number(said.trim());
  if (!(found > 30 && found < 300) || energies.length < leastSeconds * energyRate) return null;
  const bpm = beatOf(found, energies);
  const onsets = onsetsOf(energies);
  const likeness = (beats: number): number => likenessAt(onsets, (beats * 60 * energyRate) / bpm);
  const confidence = Math.max(likeness(1), likeness(2), likeness(4));
  if (!(confidence >= leastConfidence)) return null;
  return {
    bpm: rounded(bpm, 2),
    confidence: rounded(Math.min(1, confidence), 2),
    alternatives: [0.5, 2]
      .filter((times) => times * bpm >= 40 && times * bpm <= 240)
      .map((times) => ({
        bpm: rounded(times * bpm, 2),
        weight: rounded(Math.min(1, likeness(1 / times)), 2),
      })),
  };
}

/** Tempi that a beat may have. */
const [slowest, fastest] = [55, 205];
/** A pulse with less than this part of the energy of those around it is no beat, but what is between two. */
const leastPulse = 1 / 9;
/** Pulses are compared within so many seconds: over more, a small error of the tempo would blur them. */
const nearSeconds = 8;

/** Of the tempo that was found, its half and its double: the fastest one all of whose pulses are strong. */
function beatOf(found: number, energies: Float32Array): number {
  const possible = [2 * found, found, found / 2].filter((one) => one >= slowest && one <= fastest);
  return possible.find((one) => evenness(one, energies) >= leastPulse) ?? found;
}

/** How strong every second pulse of a tempo is, as a part of the others: 1 if they are alike. */
function evenness(bpm: number, energies: Float32Array): number {
  const rises = energies.map((one, at) => Math.max(0, one - (energies[at - 1] ?? one)));
  const pulse = (60 * energyRate) / bpm;
  const near = Math.max(1, Math.round(pulse / 8));
  /** The energy that rises around every second pulse, from a place on. */
  const sumFrom = (start: number, end: number): number => {
    let sum = 0;
    for (let at = start; at < end; at += 2 * pulse) {
      const middle = Math.round(at);
      for (let one = middle - near; one <= middle + near; one += 1) sum += rises[one] ?? 0;
    }
    return sum;
  };
  let [strong, weak] = [0, 0];
  const step = nearSeconds * energyRate;
  for (let from = 0; from + step <= rises.length; from += step) {
    let [most, place] = [-1, from];
    for (let start = from; start < from + 2 * pulse; start += 1) {
      const sum = sumFrom(start, from + step);
      if (sum > most) [most, place] = [sum, start];
    }
    strong += most;
    weak += sumFrom(place + pulse < from + 2 * pulse ? place + pulse : place - pulse, from + step);
  }
  return strong > 0 ? weak / strong : 0;
}

/** How much louder each hundredth of a second is than the one before, where that can be heard. */
function onsetsOf(energies: Float32Array): Float32Array {
  const levels = energies.map((one) => Math.log10(one + 1e-6));
  return levels.map((one, at) => Math.max(0, one - (levels[at - 1] ?? one) - leastRise));
}

/** The autocorrelation at a lag, the best one within 2 %. */
function likenessAt(onsets: Float32Array, lag: number): number {
  const mean = onsets.reduce((sum, one) => sum + one, 0) / onsets.length;
  const varied = onsets.map((one) => one - mean);
  const whole = varied.reduce((sum, one) => sum + one * one, 0);
  if (whole === 0) return 0;
  let best = 0;
  for (let at = Math.floor(lag * 0.98); at <= Math.ceil(lag * 1.02); at += 1) {
    if (at < 1 || at >= varied.length) continue;
    let sum = 0;
    for (let one = at; one < varied.length; one += 1) sum += varied[one]! * varied[one - at]!;
    best = Math.max(best, (sum / whole) * (varied.length / (varied.length - at)));
  }
  return best;
}
