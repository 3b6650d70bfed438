import type { ServiceFailure } from '../../../contracts/window.ts';
import { ComposeError } from '../../compose/compose.ts';
import { EngineError, isUnavailable } from '../../engine/engine-error.ts';

/**
 * Converts an error of one service to the failure that its window reports.
 * @throws the error itself if the Engine is unavailable: that is not the service's fault, and is worth a retry
 */
export function serviceFailure(service: string, error: unknown): ServiceFailure {
  if (isUnavailable(error)) throw error;
  const text = error instanceof Error ? error.message : String(error);
  if (/cannot connect to the docker daemon|is the docker daemon running/i.test(text)) {
    throw new EngineError('unavailable', text, error);
  }
  if (
    /no such image|image .*not found|pull access denied|unable to get image|image .* does not exist/i.test(
      text,
    )
  ) {
    return {
      service,
      error: 'image_missing',
      detail: `its image is not on this host; run docker compose pull ${service} or docker compose build ${service}`,
    };
  }
  if (
    /could not select device driver|unresolvable CDI devices|nvidia-container-cli: /i.test(text)
  ) {
    return {
      service,
      error: 'gpu_unavailable',
      detail: `it reserves a GPU, and this Docker Engine has no driver for it (${text}); install the NVIDIA Container Toolkit, or take the reservation out of the compose file`,
    };
  }
  if (/port is already allocated|address already in use/i.test(text)) {
    return { service, error: 'port_taken', detail: `${text}; end what uses the port or change it` };
  }
  if (error instanceof ComposeError) return { service, error: 'create_failed', detail: text };
  if (error instanceof EngineError) return { service, error: 'start_failed', detail: text };
  throw error;
}
