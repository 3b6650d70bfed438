import type { WorkflowHandle } from '@temporalio/client';
import { newId } from '../../../contracts/ids.ts';
import type { AudioSetup } from '../audio/audio-bench.ts';
import type { StoryEnvironment } from './environment.ts';

const sounded =
  (setup: AudioSetup) =>
  async ({ audio }: StoryEnvironment): Promise<WorkflowHandle> =>
    (await audio.start({ host: `recorded-${newId('run').slice(4, 8)}`, ...setup })).handle;

/** Its last file is bad, so that both ends of a file are in it. */
const inBatch =
  (files: string[]) =>
  async ({ batches }: StoryEnvironment): Promise<WorkflowHandle> => {
    const host = `recorded-${newId('run').slice(4, 8)}`;
    return (await batches.start({ files, host })).handle;
  };

/** The ways in which an audio job may run. */
export const audioStories = {
  'audio-mastered': sounded({}),
  'audio-cancelled': sounded({ cancelAt: 'measure' }),
  'audio-silent': sounded({ failAt: 'render' }),
  'audio-batch': inBatch(['1.wav', '2.wav', '3.wav', '4.wav', 'bad']),
  'audio-batch-cancelled': inBatch(['slow', '2.wav', '3.wav', '4.wav', '5.wav']),
};
