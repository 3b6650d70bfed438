import { fetchFile } from '../../../activities/models/fetch-file.ts';
import { createHubClient } from '../../../activities/models/hub-client.ts';
import { placeModel } from '../../../activities/models/place.ts';
import type { ResolvedModel } from '../../../activities/models/model-activities.ts';

// node fetching-child.ts URL FOLDER MODEL: fetches and places a model, as hermes does, and says how far it is.
const [url, root, text] = process.argv.slice(2) as [string, string, string];
const model = JSON.parse(text) as ResolvedModel;
const client = createHubClient({ url, token: null });
const { signal } = new AbortController();
for (const file of model.files) {
  const onBytes = (bytes: number): void => void process.stdout.write(`${bytes}\n`);
  await fetchFile({ client, root, signal, onBytes }, model, file, null);
}
const placed = await placeModel(root, model);
process.stdout.write(`placed ${JSON.stringify(placed.files)}\n`);
process.exit();
