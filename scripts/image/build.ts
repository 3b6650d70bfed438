import { spawn } from 'node:child_process';
import type Docker from 'dockerode';
import { followed } from './base.ts';
import { sbomLabel, sbomPath } from './sbom.ts';
import { sourceLabel } from './source.ts';

/** One image to build: a stage of the Dockerfile, the same with further programs, or one with a Dockerfile of its own. */
export interface ImagePlan {
  name: string;
  target: keyof typeof staged;
  base: string;
  /** Hash of its sources; becomes a label of the image. */
  source: string;
}

/** The entries of the stage folder that are sent to the Engine. */
export const staged = {
  roles: ['packages.tar', 'app'],
  audio: ['packages.tar', 'app'],
  madre: ['packages.tar', 'app', 'bin', 'prepared'],
  complete: ['packages.tar', 'app', 'bin', 'prepared', 'programs', 'command'],
  sandbox: ['sandbox.tar'],
  llama: ['llama.tar'],
};
const dockerfiles: Partial<Record<keyof typeof staged, string>> = {
  sandbox: 'sandbox/Dockerfile',
  llama: 'scripts/image/llama/Dockerfile',
};

/** Returns the source hash of an image; undefined if there is no such image. Throws if the Engine does not answer. */
export async function builtFrom(docker: Docker, name: string): Promise<string | undefined> {
  try {
    const image = await docker.getImage(name).inspect();
    return image.Config.Labels?.[sourceLabel];
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** Builds an image from the stage folder. Throws the Engine's error. */
export async function build(docker: Docker, repository: string, plan: ImagePlan): Promise<void> {
  const own = dockerfiles[plan.target];
  const dockerfile = own ?? 'Dockerfile';
  const isAudio = plan.target === 'audio';
  const inputs = [dockerfile, ...staged[plan.target].map((entry) => `.image/${entry}`)];
  const context = spawn('tar', ['-c', '-C', repository, ...inputs]);
  const answer = await docker.buildImage(context.stdout, {
    t: plan.name,
    dockerfile,
    ...(own === undefined && { target: isAudio ? 'roles' : plan.target }),
    buildargs: { BASE: plan.base, ...(isAudio && { DEBIAN_PACKAGES: 'ffmpeg bpm-tools sox' }) },
    labels: {
      [sourceLabel]: plan.source,
      ...(staged[plan.target].includes('app') && { [sbomLabel]: sbomPath }),
    },
    forcerm: true,
  });
  await followed(docker, answer);
}

/** Removes images that newer builds have replaced. An image that a container still uses stays until the next call. */
export async function removeReplaced(docker: Docker): Promise<void> {
  const filters = { dangling: ['true'], label: [sourceLabel] };
  const replaced = await docker.listImages({ filters });
  await Promise.allSettled(replaced.map(({ Id }) => docker.getImage(Id).remove()));
}
