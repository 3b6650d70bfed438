import type { ServiceStatus } from '../../../contracts/service.ts';
import { useWords } from '../../base/words.ts';
import type { OperatorStatus } from '../../live/answers.ts';
import { useRead } from '../../live/queries.ts';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { words } from './words.ts';

/** Parts fail without an event of their own, so they are looked at this often, in ms. */
const everyMs = (): number => 30_000;
const fine = new Set(['ok', 'starting', 'off_by_policy']);

/** The parts of VX11 itself that do not work as they should, each with its reason; the rest of the page stays usable. */
export function Degraded({ services }: { services: readonly ServiceStatus[] }) {
  const t = useWords(words);
  const { data } = useRead<OperatorStatus>('health', '/operator/status', {}, { everyMs });
  // services of the stack are listed with what needs a look
  const ofStack = new Set(services.flatMap(({ tier, name }) => (tier === 'core' ? [] : [name])));
  const ill = Object.entries(data?.components ?? {}).filter(
    ([name, { status }]) => !fine.has(status) && !ofStack.has(name),
  );
  return ill.map(([name, { status, reason }]) => (
    <Note key={name} tone={status === 'down' ? 'bad' : 'warn'}>
      <strong>
        <Said>{name}</Said>
      </strong>{' '}
      {status === 'down' ? t.partDown : t.partDegraded}
      {reason !== undefined && (
        <>
          : <Said english>{reason}</Said>
        </>
      )}
    </Note>
  ));
}
