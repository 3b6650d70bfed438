import { createShubActivities } from '../../activities/audio/create-shub-activities.ts';
import { findEngine } from '../../activities/audio/engine.ts';
import { foundBy, noteEngine } from '../../activities/audio/engines/note-engine.ts';
import { readEnv } from '../../contracts/env.ts';
import { shubQueue, shubService } from '../../contracts/queues.ts';
import { engineHealth } from '../../domain/audio/engines.ts';
import { audioFolders } from '../../platform/audio-folder.ts';
import type { Role } from '../role.ts';

/**
 * Audio: analyses, mixes and masters files with ffmpeg, which is too heavy to run all day. It has no store, no socket and no
 * keys, and no files but those of audio: what it reads may be anybody's.
 */
export const role = {
  name: shubService,
  port: 8007,
  taskQueue: shubQueue,
  sentence: 'Analyses, mixes and masters audio on request.',
  // one renders and one analyses in 512 MB; a cancelled job learns of it with its next heartbeat
  worker: { maxConcurrentActivityTaskExecutions: 2, maxHeartbeatThrottleInterval: 900 },
  async lacks(env) {
    const { VX11_HOME } = readEnv(env, 'VX11_HOME');
    const found = foundBy(await findEngine(env['PATH'] ?? ''), Date.now());
    // the gateway then shows what it knew before
    await noteEngine(audioFolders(VX11_HOME), found).catch(() => undefined);
    return engineHealth(found).hint;
  },
  activities(env) {
    const { VX11_HOME } = readEnv(env, 'VX11_HOME');
    return { ...createShubActivities(audioFolders(VX11_HOME), env['PATH'] ?? '') };
  },
} satisfies Role;
