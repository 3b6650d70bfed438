import { Note } from '../parts/page.tsx';
import { Said } from '../parts/said.tsx';

/** A note for each suite or schedule with a mistake, which never runs. */
export function Problems({
  of,
  title,
}: {
  of: readonly { host?: string; name: string; problems: readonly string[] }[];
  title: (name: string) => string;
}) {
  return of
    .filter(({ problems }) => problems.length > 0)
    .map(({ host, name, problems }) => (
      <Note key={`${host} ${name}`} tone="warn">
        <strong>
          <Said>{title(name)}</Said>
        </strong>{' '}
        <Said english>{problems.join('; ')}</Said>
      </Note>
    ));
}
