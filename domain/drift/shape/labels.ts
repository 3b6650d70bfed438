import { mapOf, textOf, type Aspect, type Leaves } from './aspect.ts';

/** Labels of Compose and of VX11 are made by them. */
const isOwned = (name: string): boolean => /^(com\.docker\.compose|vx11)\./.test(name);

const leavesOf = (labels: Iterable<[string, unknown]>): Leaves =>
  Object.fromEntries(
    [...labels]
      .filter(([name]) => !isOwned(name))
      .map(([name, value]) => [`labels.${name}`, JSON.stringify(textOf(value))]),
  );

/** Labels of the file, else of the image. */
export const labels: Aspect = {
  compares: ['labels.**', 'label_file[]'],
  overlooks: ({ path }) => isOwned(path.slice('labels.'.length)),
  expected: ({ declared, image }) =>
    leavesOf(Object.entries({ ...image.Labels, ...mapOf(declared['labels']) })),
  actual: ({ container }) => leavesOf(Object.entries(container.Config.Labels ?? {})),
};
