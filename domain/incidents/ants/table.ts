import type { Ant } from '../ant.ts';
import { backupAnt } from './backup.ts';
import { certFilesAnt, certsAnt } from './certs.ts';
import { cpuAnt } from './cpu.ts';
import { danglingAnt } from './dangling.ts';
import { dbAnt } from './db.ts';
import { diskAnt } from './disk.ts';
import { driftAnt } from './stack/drift.ts';
import { engineAnt } from './engine.ts';
import { fsAnt } from './stack/fs.ts';
import { healthAnt } from './health.ts';
import { imageAnt } from './stack/image.ts';
import { ioAnt } from './io.ts';
import { logsAnt } from './logs.ts';
import { memoryAnt } from './memory.ts';
import { oomAnt } from './oom.ts';
import { portsAnt } from './ports.ts';
import { restartLoopAnt } from './restart-loop.ts';
import { serviceMemoryAnt } from './service-memory.ts';
import { timeAnt } from './time.ts';
import { workAnt } from './work.ts';
import { zombiesAnt } from './zombies.ts';

/** All ants, in the order in which they look. A new one needs its facts in `AntFacts`, and a reader of them. */
export const ants: readonly Ant[] = [
  engineAnt,
  healthAnt,
  restartLoopAnt,
  oomAnt,
  cpuAnt,
  memoryAnt,
  serviceMemoryAnt,
  ioAnt,
  diskAnt,
  timeAnt,
  workAnt,
  portsAnt,
  zombiesAnt,
  logsAnt,
  backupAnt,
  dbAnt,
  danglingAnt,
  driftAnt,
  fsAnt,
  imageAnt,
  certFilesAnt,
  certsAnt,
];
