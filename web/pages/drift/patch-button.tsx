import { useSearchParams } from 'wouter';
import type { DriftFinding } from '../../../contracts/drift.ts';
import { useWords } from '../../base/words.ts';
import { Button } from '../../parts/button.tsx';
import { useRole } from '../../things/services/asleep.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

/** Whether a patch can put a finding right, and somebody has to decide. */
export const canPatch = ({ patchable, state }: DriftFinding): boolean =>
  patchable && state === 'drift';

/** Opens the dialog that makes a patch for a service, or for the stack itself. */
export function PatchButton({ of }: { of: string }) {
  const t = useWords(words);
  const stale = useBlocked();
  const role = useRole('manifestator');
  const [, setSearch] = useSearchParams();
  return (
    <Button
      about={of}
      blocked={role === 'up' ? stale : t.sleeps}
      onPress={() => setSearch({ patch: of })}
    >
      {t.patch}
    </Button>
  );
}
