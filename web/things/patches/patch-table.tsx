import { Link } from 'wouter';
import type { PatchView } from '../../../contracts/patch.ts';
import { useWords } from '../../base/words.ts';
import { Diff } from '../../parts/diff/diff.tsx';
import { More } from '../../parts/more.tsx';
import { Names, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { diffOf } from './engine-diff.ts';
import { fateOf, type Fate } from './fate.ts';
import { PatchMark } from './patch-mark.tsx';
import styles from './patches.module.css';
import { Revert } from './revert.tsx';
import { words } from './words.ts';

/** Patches, each with its diff and what became of it. @param all where those that take them back are looked for */
export function PatchTable({
  patches,
  all,
}: {
  patches: readonly PatchView[];
  all: readonly PatchView[];
}) {
  const t = useWords(words);
  const fate = (one: PatchView): Fate => fateOf(one, all);
  const columns: Column<PatchView>[] = [
    { key: 'status', title: t.status, cell: (one) => <PatchMark status={fate(one).status} /> },
    {
      key: 'files',
      title: t.files,
      kind: 'main',
      cell: (one) => <Names>{one.files.map(({ path }) => path)}</Names>,
    },
    {
      key: 'cause',
      title: t.patchCause,
      cell: (one) => (
        <div>
          {one.repair_id === null ? (
            <Said english>{one.cause}</Said>
          ) : (
            <Link to={`/repairs/${one.repair_id}`}>
              <Said english>{one.cause}</Said>
            </Link>
          )}
          {one.detail !== null && (
            <p className={styles['detail']}>
              <Said english>{one.detail}</Said>
            </p>
          )}
          <More summary={t.showDiff}>
            <Diff text={diffOf(one)} />
          </More>
        </div>
      ),
    },
    {
      key: 'applied',
      title: t.applied,
      cell: (one) => (one.applied_at === null ? '' : <Time at={one.applied_at} />),
    },
    {
      key: 'ended',
      title: t.judged,
      cell: (one) => (one.ended_at === null ? '' : <Time at={one.ended_at} />),
    },
    {
      key: 'acts',
      title: t.acts,
      kind: 'acts',
      cell: (one) => <Revert patch={one} fate={fate(one)} />,
    },
  ];
  return (
    <Table caption={t.patches} columns={columns} rows={patches} keyOf={(one) => one.patch_id} />
  );
}
