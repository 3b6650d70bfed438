import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { applyOperations } from '../../../../domain/patches/apply-operations.ts';
import { findByRules } from '../../../../domain/repair/rules/index.ts';
import { weakeningsOf } from '../../../../domain/repair/weakening.ts';
import type { ComposeModel } from '../../../../domain/repair/weakening/word.ts';
import { moreFaults } from '../seeded-file-faults.ts';
import { faults } from '../seeded-faults.ts';
import { programFaults } from '../seeded-program-faults.ts';
import { limits } from '../weakening/judge.ts';

test.each(programFaults)('%s is explained by its own rule, and by no other', (of, capture) => {
  const classes = findByRules(capture).map((one) => one.class);
  expect([...new Set(classes)]).toEqual([of]);
});

test.each([...faults, ...moreFaults, ...programFaults])(
  'what is written for %s weakens nothing',
  (_, capture) => {
    const sources = capture.files.map((file) => ({ ...file, text: file.text ?? '' }));
    const { file, error } = capture.compose;
    for (const { fix } of findByRules(capture)) {
      if (fix.kind !== 'change') continue;
      const applied = applyOperations(fix.operations, sources, limits);
      if (!applied.ok) throw new Error(applied.because);
      const { files } = applied;
      const text = sources.find(({ path }) => path === file)?.text ?? '';
      const changed = files.find(({ path }) => path === file)?.after.text ?? text;
      const candidate = {
        files,
        before: error === null ? (parse(text, { merge: true }) as ComposeModel) : null,
        after: parse(changed, { merge: true }) as ComposeModel,
        folder: '/srv/shop',
        capture,
      };
      expect(weakeningsOf(candidate, limits)).toEqual([]);
    }
  },
);
