import { ant, looks } from '../../ant.ts';

const words = {
  missing: 'Files of the stack are gone',
  extra: 'There are new files in the folder of the stack',
  permission: 'Files of the stack have another mode or owner',
} as const;
const mostNamed = 5;

/** Files in the folder of the stack came, went, or changed their mode or owner since a day ago. Content is not looked at. */
export const fsAnt = ant({
  name: 'fs',
  reads: 'files',
  severity: 'warn',
  cost_ms: 300,
  least_ms: 300_000,
  look: (files) =>
    (['missing', 'extra', 'permission'] as const).map((what) => {
      const paths = files.filter((one) => one.what === what).map(({ path }) => path);
      const more = paths.length > mostNamed ? ` and ${paths.length - mostNamed} more` : '';
      return {
        kind: 'files',
        service: null,
        subkey: what,
        state: paths.length > 0 ? 'bad' : 'good',
        severity: 'warn',
        title: words[what],
        detail: `${paths.slice(0, mostNamed).join(', ')}${more}`.slice(0, 300),
        value: paths.length,
        rule: looks(1, 1),
        suggests: [
          { action: null, target: null, text: 'If nobody meant it: git status in the folder' },
        ],
      };
    }),
});
