import type { JudgedFinding } from '../../../../contracts/drift.ts';
import type { SourceFacts } from '../../facts.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

const sources =
  (
    kind: 'bind_source_missing' | 'bind_source_became_dir' | 'bind_file_stale',
    is: SourceFacts['is'],
    say: (source: string) => string,
  ): Kind =>
  (facts) =>
    settled(facts).flatMap((service): JudgedFinding[] =>
      service.sources
        .filter((one) => one.is === is)
        .map(({ path, source }) =>
          finding({
            kind,
            type: is === 'missing' ? 'missing' : 'modified',
            service: service.name,
            path: pathOf(service.name, path),
            expected: source,
            severity: is === 'stale' ? 'warn' : 'high',
            description: `${service.name}: ${say(source)}`,
          }),
        ),
    );

export const bindSourceMissing = sources(
  'bind_source_missing',
  'missing',
  (source) => `${source} is gone; the Engine would put an empty folder there. Bring it back.`,
);

export const bindSourceBecameDir = sources(
  'bind_source_became_dir',
  'became_dir',
  (source) =>
    `${source} is an empty folder where a file was. Remove the folder, bring the file back.`,
);

/** A file that was replaced by another one: the container still has the old one open. */
export const bindFileStale = sources(
  'bind_file_stale',
  'stale',
  (source) =>
    `${source} was replaced since its start, and the container has the old file. Restart it.`,
);
