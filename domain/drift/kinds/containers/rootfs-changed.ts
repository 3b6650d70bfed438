import type { JudgedFinding } from '../../../../contracts/drift.ts';
import { isWrittenAlways } from '../../layer.ts';
import { finding, pathOf, settled, type Kind } from '../finding.ts';

const most = 20;

/** Files in the container's own layer, which the next container does not have. */
export const rootfsChanged: Kind = (facts) =>
  settled(facts).flatMap(({ name, containers }): JudgedFinding[] => {
    const one = containers.find(({ changed_files }) => (changed_files ?? []).some(counts));
    if (one === undefined) return [];
    // what can be run comes first
    const found = one
      .changed_files!.filter(counts)
      .toSorted((a, b) => Number(b.executable ?? false) - Number(a.executable ?? false));
    const files = found.map(({ path }) => path);
    return [
      finding({
        kind: 'rootfs_changed',
        type: 'modified',
        service: name,
        path: pathOf(name),
        actual: `${files.slice(0, most).join(', ')}${files.length > most ? ` and ${files.length - most} more` : ''}`,
        severity: found[0]!.executable === true ? 'high' : 'info',
        description: `${name}: ${files.length} files in its container are not those of its image; a new container loses them.`,
        evidence: { container: one.name },
      }),
    ];
  });

const counts = ({ path }: { path: string }): boolean => !isWrittenAlways(path);
