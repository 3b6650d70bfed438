import { useCallback, useState } from 'react';
import type { WindowScheduleView } from '../../../contracts/window-schedule.ts';
import { useWords } from '../../base/words.ts';
import { useAct } from '../../live/act.ts';
import { change } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { useMay } from '../../live/session.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button, Buttons } from '../../parts/button.tsx';
import { Dialog, DialogActs } from '../../parts/dialog.tsx';
import { Said } from '../../parts/said.tsx';
import { useBlocked } from '../../things/blocked.ts';
import { useSteerSchedule } from '../../things/schedules/steer-schedule.ts';
import { words } from './words.ts';

/** Pauses and resumes a schedule; one that was added here can be removed. */
export function Acts({ of }: { of: WindowScheduleView }) {
  const t = useWords(words);
  const mayChange = useMay('operator');
  const blocked = useBlocked();
  const [removing, setRemoving] = useState(false);
  const { name, host, paused, paused_in_file, problems, source } = of;
  const steer = useSteerSchedule(name, host);
  if (!mayChange) return null;
  const what = paused ? 'resume' : 'pause';
  return (
    <div>
      <Buttons>
        {problems.length === 0 && !paused_in_file && (
          <Button
            about={name}
            busy={steer.busy && t.asking}
            blocked={blocked}
            onPress={() => void steer.run(what)}
          >
            {t[what]}
          </Button>
        )}
        {source === 'api' && (
          <Button about={name} blocked={blocked} onPress={() => setRemoving(true)}>
            {t.remove}
          </Button>
        )}
      </Buttons>
      <ActFailure state={steer.state} />
      {removing && <RemoveDialog name={name} host={host} onClose={() => setRemoving(false)} />}
    </div>
  );
}

function RemoveDialog({
  name,
  host,
  onClose,
}: {
  name: string;
  host: string;
  onClose: () => void;
}) {
  const t = useWords(words);
  const act = useAct(
    useCallback(async () => {
      await change('DELETE', `/vx11/schedules/${encodeURIComponent(name)}`, { query: { host } });
      announce(t.removed(name));
      markChanged(['schedules']);
      onClose();
    }, [name, host, onClose, t]),
  );
  return (
    <Dialog title={t.removeTitle} calm onClose={onClose}>
      <p>
        <Said>{name}</Said>. {t.removeAbout}
      </p>
      <ActFailure state={act.state} />
      <DialogActs away={<Button onPress={onClose}>{t.notNow}</Button>}>
        <Button weight="danger" busy={act.busy && t.asking} onPress={() => void act.run()}>
          {t.removeNow}
        </Button>
      </DialogActs>
    </Dialog>
  );
}
