import manifest from '../package.json' with { type: 'json' };

/** The version of VX11 that this process runs. */
export const { version } = manifest;
