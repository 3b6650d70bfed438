import { useCallback } from 'react';
import { useWords } from '../base/words.ts';
import { useAct } from '../live/act.ts';
import { change } from '../live/call.ts';
import { markChanged, type Resource } from '../live/queries.ts';
import { useMay, useMe } from '../live/session.ts';
import { ActFailure } from '../parts/act-failure.tsx';
import { announce } from '../parts/announce.tsx';
import { Button } from '../parts/button.tsx';
import { useBlocked } from './blocked.ts';

const words = {
  cancel: ['Cancel', 'Cancelar'],
  cancelling: ['cancelling…', 'cancelando…'],
} as const;

/**
 * Ends what runs.
 * @param method of the call; by default DELETE
 * @param owner if only the owner and admins may: for others the act is absent
 * @param asked what is said once the server has taken the request
 */
export function Cancel({
  path,
  method = 'DELETE',
  resource,
  owner,
  asked,
}: {
  path: string;
  method?: 'DELETE' | 'POST';
  resource: Resource;
  owner?: string;
  asked: string;
}) {
  const t = useWords(words);
  const me = useMe();
  const mayChange = useMay('operator');
  const isAdmin = useMay('admin');
  const blocked = useBlocked();
  const cancel = useAct(
    useCallback(async () => {
      await change(method, path);
      announce(asked);
      markChanged([resource]);
    }, [path, method, resource, asked]),
  );
  if (!mayChange || (owner !== undefined && me?.name !== owner && !isAdmin)) return null;
  const busy = cancel.busy || cancel.state.step === 'done';
  return (
    <>
      <Button busy={busy && t.cancelling} blocked={blocked} onPress={() => void cancel.run()}>
        {t.cancel}
      </Button>
      <ActFailure state={cancel.state} />
    </>
  );
}
