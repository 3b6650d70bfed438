import type { JudgedFinding } from '../../../../contracts/drift.ts';
import type { ContentFacts } from '../../facts.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

const contents =
  (
    kind: 'bind_content_changed' | 'secret_content' | 'config_content',
    of: ContentFacts['of'],
    what: string,
  ): Kind =>
  (facts) =>
    settled(facts).flatMap(({ name, contents: all }): JudgedFinding[] =>
      all
        .filter((one) => one.of === of)
        .map(({ path, read_only, container }) => {
          const severity = of !== 'bind' || read_only ? 'warn' : 'info';
          return finding({
            kind,
            type: 'modified',
            service: name,
            path: pathOf(name, path),
            severity,
            description: `${name}: ${what} at ${path.slice(path.indexOf('.') + 1)} has other content than at its start. A restart gives it the new one.`,
            evidence: { container },
          });
        }),
    );

/** A mounted file was written since the container started; a program that reads it once has the old text. */
export const bindContentChanged = contents('bind_content_changed', 'bind', 'the mounted file');
export const secretContent = contents('secret_content', 'secret', 'the secret');
export const configContent = contents('config_content', 'config', 'the config');
