import { useCallback } from 'react';
import { Link, useLocation } from 'wouter';
import type { PatchView } from '../../../contracts/patch.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import type { PatchList, Reverted } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged, useRead } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { Button, LinkButton } from '../../parts/button.tsx';
import { Diff } from '../../parts/diff/diff.tsx';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Answer, Section } from '../../parts/page.tsx';
import { Names, Said } from '../../parts/said.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { Time } from '../../parts/time.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { PatchMark } from './patch-mark.tsx';
import styles from './repairs.module.css';
import { fateOf, type Fate } from './fate.ts';
import { words } from './words.ts';

/** Making a plan asks madre, which reads the stack. */
const revertWithinMs = 30_000;

/** Reads the newest patches. */
export const usePatches = (limit: number) =>
  useRead<PatchList>('patches', '/vx11/patches', { limit });

/** Every change that VX11 made to files of the stack, or wanted to make. */
export function Patches() {
  const t = useWords(words);
  const length = useLength();
  const patches = usePatches(length.limit);
  return (
    <Section title={t.patches} count={patches.data?.patches.length}>
      <Answer of={patches} rows={4}>
        {({ patches: rows, next_cursor }) => (
          <Listed
            count={rows.length}
            next={next_cursor}
            length={length}
            empty={t.noPatches}
            more={t.morePatches}
          >
            <PatchTable patches={rows} all={rows} />
          </Listed>
        )}
      </Answer>
    </Section>
  );
}

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
          <details className={styles['more']}>
            <summary>{t.showDiff}</summary>
            <Diff text={one.diff} />
          </details>
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

/** Asks for the plan that takes a patch back, and opens it for review: it shows the change before anything is done. */
function Revert({ patch, fate }: { patch: PatchView; fate: Fate }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const mayRevert = useMay('operator');
  const blocked = useBlocked();
  const { patch_id, files } = patch;
  const act = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const path = `/vx11/patches/${patch_id}/revert`;
        const options = { key, body: {}, withinMs: revertWithinMs };
        const { plan } = await changeSurely<Reverted>('POST', path, options, onLost);
        markChanged(['plans', 'patches']);
        go(`/plans/${plan.plan_id}?review`);
      },
      [patch_id, go],
    ),
  );
  if (fate.status !== 'kept' || !mayRevert) return null;
  const about = files.map(({ path }) => path).join(', ');
  if (fate.review !== null) {
    return (
      <LinkButton to={`/plans/${fate.review}?review`} about={about}>
        {t.reviewRevert}
      </LinkButton>
    );
  }
  return (
    <>
      <Button
        about={about}
        busy={act.busy && t.asking}
        blocked={blocked}
        onPress={() => void act.run()}
      >
        {t.revert}
      </Button>
      <ActFailure state={act.state} />
    </>
  );
}
