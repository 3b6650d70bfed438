/**
 * Packages that bring a script of their own to be run while they are installed. None is run (`.npmrc`, and
 * `--ignore-scripts` below); each was read, and does only what stands here. One that is not listed, or whose version was
 * not read, stops the installation: it may be new, or somebody else's.
 */
const reviewed = {
  '@swc/core@1.16.22': 'looks for the binary of the platform, which npm has installed already',
  'cpu-features@0.0.10': 'compiles a part of ssh2, which nothing of ours calls',
  'protobufjs@7.6.6': 'prints a warning about version ranges',
  'ssh2@1.17.0': 'compiles faster ciphers for Docker over SSH, which nothing of ours calls',
};

/** What the lock file would run on installation, as `name@version`. @param text of package-lock.json */
export function installScripts(text) {
  const { packages } = JSON.parse(text);
  const found = Object.entries(packages).flatMap(([path, { version, hasInstallScript }]) =>
    hasInstallScript ? [`${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`] : [],
  );
  return [...new Set(found)].toSorted();
}

/** Those of them that nobody has read yet. */
export const unreviewedScripts = (text) =>
  installScripts(text).filter((name) => !Object.hasOwn(reviewed, name));

/** Those that were read and are not in the lock file any more. */
export const forgottenReviews = (text) =>
  Object.keys(reviewed).filter((name) => !installScripts(text).includes(name));
