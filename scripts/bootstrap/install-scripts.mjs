/**
 * Packages with an install script. None of these scripts is run (`.npmrc`, and `--ignore-scripts` in packages.mjs). Each was
 * reviewed and does only what is written here. A package or a version that is not listed stops the installation, because
 * nobody has reviewed it, and it may be malicious.
 */
const reviewed = {
  '@swc/core@1.16.22': 'looks for the binary of the platform, which npm has installed already',
  'cpu-features@0.0.10': 'compiles a part of ssh2, which VX11 does not use',
  'protobufjs@7.6.6': 'prints a warning about version ranges',
  'ssh2@1.17.0': 'compiles faster ciphers for Docker over SSH, which VX11 does not use',
};

/**
 * Lists the packages of the lock file with an install script, as `name@version`.
 * @param text the content of package-lock.json
 */
export function installScripts(text) {
  const { packages } = JSON.parse(text);
  const found = Object.entries(packages).flatMap(([path, { version, hasInstallScript }]) =>
    hasInstallScript ? [`${path.slice(path.lastIndexOf('node_modules/') + 13)}@${version}`] : [],
  );
  return [...new Set(found)].toSorted();
}

/** Lists those that were not reviewed yet. */
export const unreviewedScripts = (text) =>
  installScripts(text).filter((name) => !Object.hasOwn(reviewed, name));

/** Lists reviewed packages that the lock file no longer has. */
export const forgottenReviews = (text) =>
  Object.keys(reviewed).filter((name) => !installScripts(text).includes(name));
