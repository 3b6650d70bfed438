import { useCallback, useState } from 'react';
import type { ModelView } from '../../../contracts/models.ts';
import { bytes } from '../../base/quantities.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog, DialogActs } from '../../parts/dialog.tsx';
import { Said } from '../../parts/said.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { words } from './words.ts';

/** Takes a model out of use; its files cannot be brought back afterwards, so that it asks first. */
export function Remove({ model: { model_id, name, status, size_bytes } }: { model: ModelView }) {
  const t = useWords(words);
  const mayRemove = useMay('operator');
  const blocked = useBlocked();
  const [asking, setAsking] = useState(false);
  const act = useAct(
    useCallback(async () => {
      await change('DELETE', `/hermes/models/${model_id}`);
      announce(t.removed(name));
      markChanged(['host_models']);
      setAsking(false);
    }, [model_id, name, t]),
  );
  if (!mayRemove || status === 'removing') return null;
  return (
    <>
      <Button about={name} blocked={blocked} onPress={() => setAsking(true)}>
        {t.remove}
      </Button>
      {asking && (
        <Dialog title={t.removeTitle} calm onClose={() => setAsking(false)}>
          <p>
            <Said>{name}</Said>, {bytes(size_bytes)}. {t.removeAbout}
          </p>
          <ActFailure state={act.state} />
          <DialogActs away={<Button onPress={() => setAsking(false)}>{t.notNow}</Button>}>
            <Button weight="danger" busy={act.busy && t.asking} onPress={() => void act.run()}>
              {t.removeNow}
            </Button>
          </DialogActs>
        </Dialog>
      )}
    </>
  );
}
