import { spawn } from 'node:child_process';
import type Docker from 'dockerode';
import { followed } from './base.ts';
import { sourceLabel } from './source.ts';

/** One image to build: a stage of the Dockerfile, or the sandbox's own Dockerfile. */
export interface ImagePlan {
  name: string;
  target: 'roles' | 'madre' | 'sandbox';
  base: string;
  /** Hash of its sources; becomes a label of the image. */
  source: string;
}

/** The entries of the stage folder that are sent to the Engine. */
const staged = {
  roles: ['packages.tar', 'app'],
  madre: ['packages.tar', 'app', 'bin', 'prepared'],
  sandbox: ['sandbox.tar'],
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
  const alone = plan.target === 'sandbox';
  const dockerfile = alone ? 'sandbox/Dockerfile' : 'Dockerfile';
  const inputs = [dockerfile, ...staged[plan.target].map((entry) => `.image/${entry}`)];
  const context = spawn('tar', ['-c', '-C', repository, ...inputs]);
  const answer = await docker.buildImage(context.stdout, {
    t: plan.name,
    dockerfile,
    ...(alone ? {} : { target: plan.target }),
    buildargs: { BASE: plan.base },
    labels: { [sourceLabel]: plan.source },
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
