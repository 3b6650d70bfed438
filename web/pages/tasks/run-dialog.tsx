import { useCallback, useState } from 'react';
import { useLocation } from 'wouter';
import type { ScriptType, TaskAnswer } from '../../../contracts/task.ts';
import { useWords } from '../../base/words.ts';
import { newKey, useAct } from '../../live/act.ts';
import type { Opened } from '../../live/answers.ts';
import { changeSurely } from '../../live/call.ts';
import { markChanged } from '../../live/queries.ts';
import { ActFailure } from '../../parts/act-failure.tsx';
import { announce } from '../../parts/announce.tsx';
import { Button } from '../../parts/button.tsx';
import { Dialog, DialogForm } from '../../parts/dialog.tsx';
import { Choice, Field, TextField, inputClass } from '../../parts/field.tsx';
import { Note } from '../../parts/page.tsx';
import { Said } from '../../parts/said.tsx';
import { words } from './words.ts';

const starts: Record<ScriptType, string> = {
  python: "print('hello')",
  shell: 'echo hello',
  node: "console.log('hello')",
};
const wakeSeconds = 600;
/** The spawner's first heartbeat comes a moment after its window has opened. */
const heartbeatTries = 10;

/** Runs code once, in a sandbox; if the spawner sleeps, offers to open it and go on. */
export function RunDialog({ onClose }: { onClose: () => void }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [language, setLanguage] = useState<ScriptType>('python');
  const [code, setCode] = useState(starts.python);
  const [minutes, setMinutes] = useState('10');
  const [refused, setRefused] = useState<TaskAnswer | null>(null);
  const limit = Number(minutes);
  const valid = Number.isInteger(limit) && limit >= 1 && limit <= 1440;

  const start = useCallback(
    (key: string, onLost: () => void) =>
      changeSurely<TaskAnswer>(
        'POST',
        '/vx11/spawn',
        { body: { task_type: language, code, ttl_seconds: limit * 60 }, key },
        onLost,
      ),
    [language, code, limit],
  );
  const finish = useCallback(
    (answer: TaskAnswer): void => {
      if (answer.error !== null) {
        setRefused(answer);
        return;
      }
      announce(t.started);
      markChanged(['tasks']);
      go(`/tasks/${answer.spawn_id}`, { replace: true });
    },
    [go, t],
  );
  const run = useAct(
    useCallback(async ({ key, onLost }) => finish(await start(key, onLost)), [start, finish]),
  );
  const wake = useAct(
    useCallback(
      async ({ key, onLost }) => {
        const body = { target: 'spawner', ttl_seconds: wakeSeconds, wait_seconds: 60 };
        await changeSurely<Opened>(
          'POST',
          '/vx11/window/open',
          { body, key, withinMs: 90_000 },
          onLost,
        );
        markChanged(['status', 'windows']);
        let answer = await start(newKey(), onLost);
        for (let tries = 1; answer.error !== null && tries < heartbeatTries; tries += 1) {
          await new Promise((resolve) => setTimeout(resolve, 1000));
          answer = await start(newKey(), onLost);
        }
        finish(answer);
      },
      [start, finish],
    ),
  );
  const blocked = code.trim() === '' ? t.empty : valid ? undefined : t.wrong;
  return (
    <Dialog title={t.run} wide onClose={onClose}>
      <DialogForm
        state={run.state}
        deed={t.runNow}
        busy={run.busy && t.running}
        blocked={blocked}
        onAct={() => void run.run()}
        onClose={onClose}
      >
        <Choice
          label={t.language}
          value={language}
          options={(['python', 'shell', 'node'] as const).map((one) => [one, one] as const)}
          onChange={(next) => {
            if (code === starts[language]) setCode(starts[next]);
            setLanguage(next);
          }}
        />
        <Field label={t.code}>
          {(ids) => (
            <textarea
              {...ids}
              className={inputClass}
              rows={10}
              spellCheck={false}
              value={code}
              onChange={({ target }) => setCode(target.value)}
            />
          )}
        </Field>
        <TextField
          label={t.minutes}
          problem={valid ? undefined : t.wrong}
          inputMode="numeric"
          value={minutes}
          onChange={setMinutes}
        />
        {refused !== null && (
          <Note
            tone="warn"
            act={
              <Button weight="primary" busy={wake.busy && t.waking} onPress={() => void wake.run()}>
                {t.wake}
              </Button>
            }
          >
            {refused.error === 'off_by_policy' ? (
              t.asleep
            ) : (
              <Said english>{refused.hint ?? ''}</Said>
            )}
          </Note>
        )}
        <ActFailure state={wake.state} />
      </DialogForm>
    </Dialog>
  );
}
