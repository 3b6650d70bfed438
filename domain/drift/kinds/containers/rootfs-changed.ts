import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

/** Files of pids, logs and caches, which programs write all the time. */
const noise =
  /^\/(run|var\/run|tmp|var\/tmp|var\/log|var\/cache|var\/lib\/(nginx|apt))(\/|$)|\.pid$/;
/** Places from which programs are run. */
const programs = /^\/(usr\/(local\/)?)?s?bin\//;
const most = 20;

/** Files in the container's own layer, which the next container does not have. */
export const rootfsChanged: Kind = (facts) =>
  settled(facts).flatMap(({ name, containers }): JudgedFinding[] => {
    const one = containers.find(({ changed_files }) => (changed_files ?? []).some(counts));
    if (one === undefined) return [];
    const files = one.changed_files!.filter(counts).map(({ path }) => path);
    const isProgram = files.some((path) => programs.test(path));
    return [
      finding({
        kind: 'rootfs_changed',
        type: 'modified',
        service: name,
        path: pathOf(name),
        actual: `${files.slice(0, most).join(', ')}${files.length > most ? ` and ${files.length - most} more` : ''}`,
        severity: isProgram ? 'high' : 'info',
        description: `${name}: ${files.length} files in its container are not those of its image; a new container loses them.`,
        evidence: { container: one.name },
      }),
    ];
  });

const counts = ({ path, change }: { path: string; change: string }): boolean =>
  !noise.test(path) && (change !== 'changed' || programs.test(path));
