import type { HubFile, HubModel, ModelFile, ModelHeader } from '../../contracts/model-files.ts';
import type { ModelPull, ModelView, SearchBody } from '../../contracts/models.ts';
import type { PullEnd } from '../../domain/models/pull.ts';

/** What a pull asks for. */
export type PullTarget = Pick<ModelPull, 'source' | 'model' | 'revision' | 'file'>;

/** The files of a model in its repository, at one commit. */
export interface ResolvedModel {
  repo: string;
  commit: string;
  license: string | null;
  /** All parts, in order. */
  files: HubFile[];
}

/** A model whose files are where they stay. */
export interface PlacedModel {
  name: string;
  commit: string | null;
  license: string | null;
  files: ModelFile[];
  /** Of models that Ollama keeps. */
  size_bytes: number | null;
  header: ModelHeader | null;
}

/** A model as hermes needs it, to look after its files. */
export type KeptModel = Pick<ModelView, 'model_id' | 'source' | 'name' | 'files' | 'status'>;

/** What hermes found in the folder of models. */
export interface ModelsLook {
  missing: string[];
  back: string[];
  removed: string[];
  /** Files that no row knows: models, and those that are none, with the reason; the latter were moved aside. */
  found: { files: ModelFile[]; header: ModelHeader | null; reason: string | null }[];
}

/** hermes' own activities for models, on its queue. They store nothing; each is safe to run twice. */
export interface HermesModelActivities {
  searchHub(input: SearchBody): Promise<{ models: HubModel[]; next: string | null }>;
  /** Finds out which files a pull means. */
  resolveModel(input: PullTarget): Promise<ResolvedModel>;
  /** Downloads all files, and proves length and hash. Heartbeats say `{ bytes }`. */
  fetchModel(input: {
    model: ResolvedModel;
    /** Files of this host with known bytes: sha256 → path. */
    have: Record<string, string>;
  }): Promise<void>;
  /** Proves the headers, and moves all files to where they stay. */
  placeModel(input: { model: ResolvedModel }): Promise<PlacedModel>;
  /** Lets Ollama pull a model; heartbeats say `{ bytes }`. */
  pullOllama(input: { model: string; most_bytes: number }): Promise<PlacedModel>;
  /** Removes files, of models that left or were deleted. */
  removeModels(input: { models: KeptModel[]; keep: string[] }): Promise<void>;
  /** Looks at every file, after hermes woke. @param live repositories that are being pulled: left alone */
  lookAtModels(input: { models: KeptModel[]; live: string[] }): Promise<ModelsLook>;
}

/** What madre does for models: it alone writes the store. Each is safe to run twice with the same input. */
export interface PullActivities {
  startPull(input: Attempt): Promise<{ target: PullTarget; most_bytes: number }>;
  /** Stores what is going to be downloaded, if it may be and would fit. */
  storeResolved(
    input: Attempt & { model: ResolvedModel },
  ): Promise<{ have: Record<string, string> }>;
  storeVerifying(input: Attempt): Promise<void>;
  /** Registers a model, and takes those out of the registry that leave for it, in one step. */
  registerModel(
    input: Attempt & { placed: PlacedModel },
  ): Promise<{ model_id: string; bytes: number; victims: KeptModel[]; keep: string[] }>;
  /** Forgets models whose files are gone. */
  forgetModels(input: { ids: string[] }): Promise<void>;
  endPull(input: Attempt & { end: PullEnd }): Promise<void>;
  storeCatalog(input: { models: HubModel[] }): Promise<void>;
  modelsToKeep(): Promise<{ models: KeptModel[]; live: string[] }>;
  storeLook(input: ModelsLook): Promise<void>;
}

/** One attempt of a pull: what an earlier one still sends is not stored. */
export interface Attempt {
  job_id: string;
  attempt: number;
}
