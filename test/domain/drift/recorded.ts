import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { definitionsIn, serviceHashes } from '../../../activities/compose/definitions.ts';
import { containerFacts, imageIdOf, labelOf } from '../../../domain/drift/compact.ts';
import { catalogContent } from '../../../domain/services/catalog.ts';
import { unseenValues, type UnseenValues } from '../../../domain/drift/shape/unproved.ts';
import { composeConfig } from '../../../contracts/compose.ts';
import type { Facts, ServiceFacts } from '../../../domain/drift/facts.ts';
import type {
  DeclaredStack,
  Inspected,
  InspectedImage,
  Readout,
} from '../../../domain/drift/readout.ts';

/** What Compose and the Engine said of one untouched stack of the corpus; `scripts/record-stacks.ts` records it. */
export interface RecordedStack {
  title: string;
  /** The output of `config --format json`. */
  config: string;
  label_files: Record<string, string[]>;
  /** Containers that may be others'. */
  others: { Id: string; Name: string }[];
  networks: { Id: string; Name: string; Labels: Record<string, string> | null }[];
  volumes: { Name: string; Labels: Record<string, string> | null }[];
  created: RecordedState;
  running: RecordedState;
  stopped: RecordedState;
}

interface RecordedState {
  containers: Inspected[];
  images: (InspectedImage & { RepoTags: string[] | null })[];
}

export type StateName = 'created' | 'running' | 'stopped';

const file = new URL('recorded/stacks.jsonl.gz', import.meta.url);

export const recordedStacks = (): RecordedStack[] =>
  gunzipSync(readFileSync(file))
    .toString('utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as RecordedStack);

export function readoutOf(stack: RecordedStack, state: StateName): Readout {
  const { containers, images } = stack[state];
  const references = images.flatMap((image) =>
    [image.Id, ...(image.RepoTags ?? [])].map((name) => [name, image] as const),
  );
  return {
    declared: JSON.parse(stack.config.replaceAll('$$', '$')) as DeclaredStack,
    containers,
    images: new Map(references),
    networks: new Map(stack.networks.map(({ Name, Id }) => [Name, Id])),
    names: new Map(stack.others.map(({ Id, Name }) => [Id, Name])),
  };
}

/**
 * The facts of a stack as madre would read them.
 * @param awake whether a window holds everything
 * @param former what is known of the definitions that the containers were made from, by service
 * @param only this service
 */
export function factsOf(
  stack: RecordedStack,
  readout: Readout,
  awake: boolean,
  { former, only }: { former?: (service: string) => UnseenValues; only?: string } = {},
): Facts {
  const { services: definitions } = definitionsIn(
    stack.config,
    new Map(Object.entries(stack.label_files)),
  );
  const { services: catalog } = catalogContent(
    composeConfig.parse(JSON.parse(stack.config)),
    new Map(),
  );
  const containersOf = (name: string): Inspected[] =>
    readout.containers
      .filter((one) => labelOf(one, 'service') === name && labelOf(one, 'oneoff') !== 'True')
      .toSorted((one, other) => (one.Name < other.Name ? -1 : 1));
  const wanted = Object.entries(readout.declared.services).filter(
    ([name]) => only === undefined || name === only,
  );
  const services = wanted.map(([name, declared]): ServiceFacts => {
    const reference =
      (declared['image'] as string | undefined) ?? `${readout.declared.name}-${name}`;
    const known = catalog.find((one) => one.name === name)!;
    const found = containersOf(name);
    return {
      name,
      tier: 'window',
      awake: awake && found.length > 0,
      busy: false,
      replicas: known.replicas,
      restart: known.restart,
      image: {
        reference,
        id: imageIdOf(readout, reference),
        obtainable: true,
        update: null,
        vulnerable: [],
      },
      sources: [],
      contents: [],
      unknown_zone: null,
      containers: found.map((container) => ({
        ...containerFacts(name, declared, container, readout, {
          hashesOf: () =>
            serviceHashes(definitions.get(name)!, (service) => containersOf(service)[0]?.Id),
          seal: (value) => `sealed ${value}`,
          release: '5.0.2',
          unseen: {
            now: unseenValues(declared, readout.declared, String),
            of: () => former?.(name) ?? null,
          },
          files: labelOf(container, 'project.config_files'),
        }),
        // VX11 takes it away at each start
        ...(awake && { restart_policy: 'no' }),
      })),
    };
  });
  return { day: '2026-11-29', services, stack: null, ignore: [] };
}
