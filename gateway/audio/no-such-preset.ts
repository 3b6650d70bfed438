import { VX11Error } from '../../contracts/errors.ts';

export const noSuchPreset = (name: string): VX11Error =>
  new VX11Error(
    'preset_not_found',
    `There is no preset ${name}; GET /vx11/audio/presets lists all.`,
  );
