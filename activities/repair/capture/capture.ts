import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import { secretsOf } from '../../../domain/checks/secrets.ts';
import type { Suite } from '../../../domain/checks/suite.ts';
import type { Capture, ComposeService } from '../../../domain/repair/capture.ts';
import type { CapturedService } from '../../../domain/repair/captured-service.ts';
import { createMasker, secretsInEnvironment, type Masker } from '../../../domain/repair/mask.ts';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import type { KeptResult } from '../../../store/checks/check-runs.ts';
import { callEngineWithin, isGone } from '../../engine/engine-error.ts';
import type { CheckPlace } from '../../checks/place.ts';
import { askCompose, type ComposePlace } from './compose-facts.ts';
import { lookPatiently, type FoundContainerFacts } from './containers.ts';
import { filesIn, maskFiles } from './files.ts';
import { factsAround } from './host.ts';
import { maskContainer, maskRed, maskService } from './mask-capture.ts';
import { programsOf } from './programs.ts';
import { redChecks } from './red-checks.ts';
import { printedIn, programsIn } from './sandbox-programs.ts';

const callMs = 10_000;

/** A stack that is looked at: the host's own, or a copy. */
export interface CapturePlace extends Pick<CheckPlace, 'engine' | 'containersOf'> {
  project: string;
  compose: ComposePlace;
  /** Services that are known if Compose refuses the files. */
  known: readonly string[];
  /** The folder of VX11, which is no part of a stack. */
  home: string;
}

export interface CaptureInput {
  suites: readonly Suite[];
  /** The results of a run of these suites. */
  results: readonly KeptResult[];
}

/** Everything that is known about a red run of a place. Secrets are masked before this returns. Throws an EngineError. */
export async function captureOf(
  place: CapturePlace,
  { suites, results }: CaptureInput,
  signal: AbortSignal,
): Promise<Capture> {
  const { engine } = place;
  const [compose, around] = await Promise.all([askCompose(place.compose), factsAround(engine)]);
  signal.throwIfAborted();
  const names = Object.keys(compose.services ?? {});
  const found = await allDone(
    (names.length > 0 ? names : place.known).map(async (name) => {
      const [first] = await place.containersOf(name);
      const seen = first === undefined ? null : await lookPatiently(engine, first.id, signal);
      const image = seen?.image ?? imageOf(place.project, name, compose.services?.[name]);
      return { name, image, seen, ...(await imageFacts(place, seen?.image_id ?? image)) };
    }),
  );
  signal.throwIfAborted();
  const { folder, envFiles } = place.compose;
  const first = [...place.compose.files, ...envFiles].map((file) => relative(folder, file));
  const secret = await secretFilesIn(place.compose);
  const files = await filesIn({ folder, first, secret, home: place.home });
  const masker = maskerFor(place, compose, found, suites);
  const services = compose.services;
  const red = redChecks(suites, results);
  const ofServices = found.map(({ name, image, seen, image_config, programs }) => ({
    name,
    image,
    image_config,
    programs,
    container: seen?.container ?? null,
    logs: [...(seen?.logs ?? []), ...printedIn(name, red)],
  }));
  return {
    red: maskRed(red, masker),
    services: [...ofServices, ...programsIn(red)].map((one) => maskContainer(one, masker)),
    compose: {
      ...compose,
      error: compose.error === null ? null : masker.text(compose.error),
      warnings: compose.warnings.map((one) => masker.text(one)),
      services:
        services === null
          ? null
          : Object.fromEntries(
              Object.entries(services).map(([name, one]) => [name, maskService(one, masker)]),
            ),
    },
    files: maskFiles(files, masker),
    ...around,
  };
}

/** The name that Compose gives to an image that it builds. */
const imageOf = (project: string, name: string, service?: ComposeService): string =>
  typeof service?.['image'] === 'string' ? service['image'] : `${project}-${name}`;

type ImageFacts = Pick<CapturedService, 'image_config' | 'programs'>;

async function imageFacts({ engine, home }: CapturePlace, image: string): Promise<ImageFacts> {
  const { docker } = engine;
  try {
    const { Id, Config, Architecture } = await callEngineWithin(callMs, 'image inspect', () =>
      docker.getImage(image).inspect(),
    );
    const environment = Config.Env ?? [];
    const path = environment.find((line) => line.startsWith('PATH='))?.slice('PATH='.length);
    const words = (value: string | string[] | null | undefined): string[] => [value ?? []].flat();
    return {
      image_config: {
        user: Config.User,
        entrypoint: words(Config.Entrypoint),
        command: words(Config.Cmd),
        environment,
        architecture: Architecture,
      },
      programs: await programsOf(docker, { id: Id, path }, home),
    };
  } catch (error) {
    if (!isGone(error)) throw error;
    return { image_config: null, programs: [] };
  }
}

type Found = { name: string; image: string; seen: FoundContainerFacts | null } & ImageFacts;

function maskerFor(
  { project }: CapturePlace,
  compose: Capture['compose'],
  found: readonly Found[],
  suites: readonly Suite[],
): Masker {
  const lines = found.flatMap(({ seen, image_config }) => [
    ...(seen?.environment ?? []),
    ...(image_config?.environment ?? []),
  ]);
  const fromLines = lines.map((line): [string, string] => {
    const [name = '', ...value] = line.split('=');
    return [name, value.join('=')];
  });
  const fromModel = Object.values(compose.services ?? {}).flatMap(({ environment, build }) =>
    [environment, (build as { args?: unknown } | undefined)?.args].flatMap((values) =>
      Object.entries((values ?? {}) as Record<string, string | null>).map(
        ([name, value]): [string, string] => [name, value ?? ''],
      ),
    ),
  );
  const ofChecks = suites.flatMap(({ checks }) => checks.flatMap(secretsOf));
  const names = found.flatMap(({ name, image }) => [name, image, ...image.split(/[/:]/)]);
  const own = [...Object.keys(compose.networks), ...Object.keys(compose.volumes)];
  return createMasker(
    [...secretsInEnvironment([...fromLines, ...fromModel]), ...ofChecks],
    new Set([project, ...names, ...own]),
  );
}

/** The files of the stack's `secrets:`, found in the text itself, as they must not be read even if Compose refuses it. */
async function secretFilesIn({ files }: ComposePlace): Promise<Set<string>> {
  const found = new Set<string>();
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const [, path = ''] of text.matchAll(/\bfile:\s*["']?([^\s"',}#]+)/g))
      if (isUnderSecrets(text, path)) found.add(resolve(dirname(file), path));
  }
  return found;
}

function isUnderSecrets(text: string, path: string): boolean {
  try {
    const model = parse(text, { logLevel: 'silent' }) as {
      secrets?: Record<string, { file?: string } | null>;
    } | null;
    return Object.values(model?.secrets ?? {}).some((one) => one?.file === path);
  } catch {
    // a file that cannot be parsed may have it anywhere
    return /^\s*secrets:/m.test(text);
  }
}
