import type { WindowView } from '../../../contracts/window.ts';
import { useWords } from '../../base/words.ts';
import { LinkButton } from '../../parts/button.tsx';
import { Note } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { agentsUntil } from '../../things/agents-door.ts';
import { words } from './words.ts';

/** One line while agents are let in, with the end of that. */
export function Agents({ windows }: { windows: readonly WindowView[] }) {
  const t = useWords(words);
  const until = agentsUntil(windows);
  if (until === null) return null;
  return (
    <Note
      act={
        <LinkButton to="/agents" weight="quiet">
          {t.allAgents}
        </LinkButton>
      }
    >
      {until === Infinity ? (
        t.agentsHeld
      ) : (
        <>
          {t.agentsUntil} <Time at={until} />
        </>
      )}
    </Note>
  );
}
