/** The task queue of all workflows. */
export const workflowQueue = 'madre';

/** The task queue for the power activities of one host; its worker reaches only that host's Engine. */
export const powerQueue = (host: string): string => `power@${host}`;

/** The task queue for task attempts; the spawner of the host whose spawner window is open serves it. */
export const spawnerQueue = (host: string): string => `spawner@${host}`;

/** The task queue of a host's hermes, which looks at that host only. */
export const hermesQueue = (host: string): string => `hermes@${host}`;

/** The task queue of a host's hormiguero, which looks at what is served over the network. */
export const hormigueroQueue = (host: string): string => `hormiguero@${host}`;

/** The compose service that finds programs while a window holds it open. */
export const hermesService = 'hermes';

/** The compose service that answers requests to models while a window holds it open. */
export const switchService = 'switch';
/** The task queue of a host's manifestator, which judges what is not as declared there. */
export const manifestatorQueue = (host: string): string => `manifestator@${host}`;

/** The compose service that judges drift while a window holds it open. */
export const manifestatorService = 'manifestator';

/** The compose service whose open window allows tasks to run. */
export const spawnerService = 'spawner';

/** The compose service whose ants look outwards while a window holds it open. */
export const hormigueroService = 'hormiguero';

/** The task queue of a host's shubniggurath, which works on the audio files of that host. */
export const shubQueue = (host: string): string => `shubniggurath@${host}`;

/** The compose service that analyses, mixes and masters while a window holds it open. */
export const shubService = 'shubniggurath';
