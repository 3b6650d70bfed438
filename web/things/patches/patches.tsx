import type { PatchView } from '../../../contracts/patch.ts';
import { useWords } from '../../base/words.ts';
import type { PatchList } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Listed, useLength } from '../../parts/listed.tsx';
import { Section } from '../../parts/page.tsx';
import { PatchTable } from './patch-table.tsx';
import { words } from './words.ts';

/** Reads the newest patches. */
export const usePatches = (limit: number) =>
  useRead<PatchList>('patches', '/vx11/patches', { limit });

const every = (): boolean => true;

/** Changes that VX11 made to files of the stack, or wanted to make. @param only which of them; all by default */
export function Patches({ only = every }: { only?: (patch: PatchView) => boolean }) {
  const t = useWords(words);
  const length = useLength();
  const patches = usePatches(length.limit);
  return (
    <Section title={t.patches} count={patches.data?.patches.filter(only).length}>
      <Listed
        of={patches}
        rows={4}
        pick={(data) => data.patches.filter(only)}
        length={length}
        empty={t.noPatches}
        more={t.morePatches}
      >
        {(rows) => <PatchTable patches={rows} all={patches.data?.patches ?? []} />}
      </Listed>
    </Section>
  );
}
