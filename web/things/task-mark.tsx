import type { TaskState } from '../../contracts/task.ts';
import { useWords } from '../base/words.ts';
import { Mark, type Shape, type Tone } from '../parts/mark.tsx';

const words = {
  queued: ['queued', 'en cola'],
  running: ['running', 'en marcha'],
  completed: ['completed', 'completada'],
  failed: ['failed', 'falló'],
  timeout: ['out of time', 'sin tiempo'],
  killed: ['killed', 'matada'],
  cancelled: ['cancelled', 'cancelada'],
  lost: ['lost', 'perdida'],
} as const;

const looks: Record<TaskState, [Shape, Tone]> = {
  queued: ['dots', 'calm'],
  running: ['half', 'accent'],
  completed: ['check', 'good'],
  failed: ['cross', 'bad'],
  timeout: ['clock', 'bad'],
  killed: ['cross', 'bad'],
  cancelled: ['undo', 'calm'],
  lost: ['question', 'bad'],
};

export function TaskMark({ state }: { state: TaskState }) {
  const t = useWords(words);
  const [shape, tone] = looks[state];
  return (
    <Mark shape={shape} tone={tone}>
      {t[state]}
    </Mark>
  );
}
