import { join } from 'node:path';

/** The folder of the built web UI, in an installation as in the image. */
export const uiFolder = join(import.meta.dirname, '../web/dist');
