import { Option, type Command } from 'commander';
import type { AudioTarget } from '../../../contracts/audio.ts';
import { usualTarget } from '../../../domain/audio/presets.ts';
import { decimalArgument } from '../../argument.ts';

export interface TargetOptions {
  lufs?: number;
  ceiling?: number;
  maxReduction?: number;
}

/** Adds the options of a target. @param without options that cannot stand beside them */
export function addTarget(command: Command, without: string[] = []): Command {
  const option = (flags: string, about: string, parse: (text: string) => number): Option =>
    new Option(flags, about).argParser(parse).conflicts(without);
  return command
    .addOption(
      option(
        '--lufs <LUFS>',
        'its integrated loudness in LUFS, -40 to -4',
        decimalArgument(-40, -4, 'LUFS'),
      ),
    )
    .addOption(
      option(
        '--ceiling <dBTP>',
        'what its true peak stays below, in dBTP, -9 to 0',
        decimalArgument(-9, 0, 'dBTP'),
      ),
    )
    .addOption(
      option(
        '--max-reduction <dB>',
        'by how much its peaks may be lowered, in dB, 0 to 12; default: 6',
        decimalArgument(0, 12, 'dB'),
      ),
    );
}

/** The target of a request; undefined where none of its options was given. */
export function targetOf({ lufs, ceiling, maxReduction }: TargetOptions): AudioTarget | undefined {
  if (lufs === undefined && ceiling === undefined && maxReduction === undefined) return undefined;
  return {
    lufs: lufs ?? usualTarget.lufs,
    ceiling_dbtp: ceiling ?? usualTarget.ceiling_dbtp,
    ...(maxReduction !== undefined && { max_gain_reduction_db: maxReduction }),
  };
}
