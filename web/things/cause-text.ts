import type { TaskCause } from '../../contracts/task.ts';

/** Why a task ended, in words. */
export const causeWords = {
  exit: ['ended by itself', 'terminó sola'],
  signal: ['ended by a signal', 'terminada por una señal'],
  out_of_memory: ['ran out of memory', 'se quedó sin memoria'],
  cpu_time: ['used up its CPU time', 'agotó su tiempo de CPU'],
  wall_time: ['ran out of time', 'se quedó sin tiempo'],
  too_many_processes: ['started too many processes', 'creó demasiados procesos'],
  disk_full: ['filled its disk', 'llenó su disco'],
  output_limit: ['wrote too much', 'escribió demasiado'],
  cancelled: ['was cancelled', 'fue cancelada'],
  window_closed: ['the window of the spawner closed', 'se cerró la ventana del spawner'],
  sandbox_lost: ['its sandbox was lost', 'se perdió su entorno'],
  image_missing: ['the sandbox image is missing', 'falta la imagen del entorno'],
  runtime_missing: ['the sandbox runtime is missing', 'falta el motor del entorno'],
  limits_missing: ['Docker cannot limit a sandbox', 'Docker no puede limitar un entorno'],
} as const satisfies Record<TaskCause, readonly [string, string]>;
