/** A proxy that buffers would hold a stream back. */
export const streamHeaders = { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' };
