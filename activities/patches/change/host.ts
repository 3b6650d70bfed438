import type { PatchChange, PatchedContainer } from '../../../contracts/patch.ts';
import type { PatchOperation } from '../../../contracts/patch-operation.ts';
import type { PatchActor } from '../deps.ts';

/** What a patch does on a host beside its files. Each call looks first, so that it is safe to run twice. */
export interface ChangeHost {
  /** The containers of services that windows hold, and of these services. */
  containers(services: readonly string[]): Promise<PatchedContainer[]>;
  /** Keeps the images of these containers from being removed. */
  keepImages(patchId: string, containers: readonly PatchedContainer[]): Promise<void>;
  /** Ends that. */
  releaseImages(patchId: string): Promise<void>;
  /** The id of the image that this names, by tag or by id; null if this host has none. */
  imageOf(reference: string): Promise<string | null>;
  /** What these services lack to be made as the files say, such as an image of their platform; null if nothing. Nothing is pulled. */
  lacks(services: readonly string[]): Promise<string | null>;
  /** What Compose says against the files as they are now; null if it takes them. */
  refusal(): Promise<string | null>;
  /** Does one operation, but not `recreate`. @param since epoch ms; what started later was restarted @throws Conflict */
  act(operation: PatchOperation, since: number, by: PatchActor): Promise<void>;
  /** Makes the containers of these services again that are due, and those that are not as the files say. */
  recreate(
    services: readonly string[],
    isDue: (container: PatchedContainer) => boolean,
    by: PatchActor,
  ): Promise<void>;
  /**
   * Waits until services that a window holds are ready, and watches them for a while. What sleeps is not watched.
   */
  watch(
    change: Pick<PatchChange, 'services' | 'watch_seconds' | 'before'>,
    signal: AbortSignal,
  ): Promise<Watched>;
}

/** What a watch saw: what went wrong, in words, or null; and the services that it watched. */
export interface Watched {
  trouble: string | null;
  services: string[];
}
