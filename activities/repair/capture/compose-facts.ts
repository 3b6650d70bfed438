import { relative } from 'node:path';
import type { CapturedCompose } from '../../../domain/repair/capture.ts';
import { ComposeError } from '../../compose/compose-error.ts';
import { readMs } from '../../compose/read.ts';
import type { ComposeCall } from '../../compose/run.ts';

/** Compose on the stack's files. */
export interface ComposePlace {
  /** The folder of the stack. */
  folder: string;
  /** Absolute paths; empty if none could be found. */
  files: readonly string[];
  envFiles: readonly string[];
  /** @throws ComposeError */
  ask: ComposeCall['withWarnings'];
}

/** What Compose makes of the files, before masking. Its refusal is a result too. */
export async function askCompose({ folder, files, ask }: ComposePlace): Promise<CapturedCompose> {
  const paths = files.map((file) => relative(folder, file));
  const base = { file: paths[0] ?? '', files: paths };
  const none = { warnings: [], services: null, networks: {}, volumes: {} };
  try {
    const { output, stderr } = await ask(['config', '--format', 'json'], readMs);
    const { services = {}, networks = {}, volumes = {} } = JSON.parse(output) as Model;
    return { ...base, error: null, warnings: warningsIn(stderr), services, networks, volumes };
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    return { ...base, ...none, error: error.message };
  }
}

type Model = Partial<{
  services: NonNullable<CapturedCompose['services']>;
  networks: Record<string, unknown>;
  volumes: Record<string, unknown>;
}>;

const warningsIn = (stderr: string): string[] =>
  [...stderr.matchAll(/level=warning msg=("(?:[^"\\]|\\.)*")/g)].map(
    ([, message = '""']) => JSON.parse(message) as string,
  );
