import { ant, looks } from '../ant.ts';

/** How many files make a median. */
const compared = 5;

/** The newest backup is too old, or much smaller than those before it. */
export const backupAnt = ant({
  name: 'backup',
  reads: 'backups',
  severity: 'high',
  cost_ms: 5,
  least_ms: 600_000,
  look: (backups, at) =>
    backups.map(({ path, max_age_ms, files }) => {
      const [newest] = files;
      const age = newest === undefined ? null : at - newest[0];
      const isOld = age === null || age > max_age_ms;
      const isSmall =
        newest !== undefined && newest[1] < medianOf(files.slice(1, compared + 1)) / 2;
      const hours = age === null ? null : Math.floor(age / 3_600_000);
      return {
        kind: 'backup',
        service: null,
        subkey: path,
        state: isOld || isSmall ? 'bad' : 'good',
        severity: 'high',
        title: `The backup ${path} is not as it should be`,
        detail:
          hours === null
            ? 'There is none.'
            : isOld
              ? `The newest is ${hours} h old.`
              : isSmall
                ? 'The newest is less than half as large as the ones before.'
                : `The newest is ${hours} h old.`,
        value: age,
        rule: looks(1, 1),
        suggests: [{ action: null, target: null, text: 'Run the backup' }],
      };
    }),
});

/** 0 without files. */
function medianOf(files: readonly (readonly [at: number, bytes: number])[]): number {
  const sizes = files.map(([, bytes]) => bytes).toSorted((one, other) => one - other);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}
