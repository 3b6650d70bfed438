import { modelsOn } from './proxies.ts';

/** Lets hermes compare the folder of models with the registry, and stores what it saw. Runs each time hermes wakes. */
export async function keepModels(host: string): Promise<void> {
  const { madre, quick } = modelsOn(host);
  const look = await quick.lookAtModels(await madre.modelsToKeep());
  await madre.storeLook(look);
}
