import type { RightForm } from '../describe-issue.ts';

/**
 * The form that is wanted, as it would be written: what was found in that form where it can be seen what was meant,
 * else an example.
 */
export const rightForm: RightForm = (path, found, issues) => {
  const [key, parent] = [path.at(-1), path.at(-2)];
  if (typeof found === 'string' && found !== '' && parent === 'emulations') {
    return `; a command is written as { wrapper: ${found}, command: [${found}] }`;
  }
  if (typeof key !== 'string') return '';
  if (typeof found === 'string' && (key === 'provider' || key === 'container')) {
    if (/\.(?:tar\.gz|tgz)$/u.test(found)) return `; write ${key}: { archive: ${found} }`;
    if (/^[./]/u.test(found)) return `; write ${key}: { directory: ${found} }`;
  }
  const example = Object.hasOwn(EXAMPLES, key) ? EXAMPLES[key] : parent === 'drivers' ? DRIVERS : undefined;
  const wantsList = issues.some((issue) => issue.code === 'invalid_type' && issue.expected === 'array');
  const wantsWords = wantsList && parent !== 'drivers' && key !== 'architectures';
  if (wantsWords && typeof found === 'string' && found !== '') return `; write ${key}: [${found}]`;
  return example === undefined ? '' : `; for example ${key}: ${example}`;
};

const DRIVERS = '[{ manifest: a_icd.json, file: libvulkan_a.so }]';

/** How the keys are written that are more than a word or a number. */
const EXAMPLES: Readonly<Record<string, string>> = {
  version: '1',
  name: 'my-desktop',
  architectures: '[x86_64-linux-gnu]',
  provider: '{ directory: / }',
  container: 'empty',
  debian: '{ suite: bookworm, packages: libgl1-mesa-dri mesa-vulkan-drivers }',
  suite: 'bookworm',
  packages: 'libgl1-mesa-dri mesa-vulkan-drivers',
  synthetic: `{ drivers: { vulkan-icd: ${DRIVERS} } }`,
  drivers: `{ vulkan-icd: ${DRIVERS} }`,
  file: 'libvulkan_a.so',
  manifest: 'a_icd.json',
  commands: '{ old: ./old start, new: ./new start }',
  strategies: '[per-driver, batched]',
  tools: '{ before: /usr/bin/capsule-capture-libs, after: ./build/capsule-capture-libs }',
  emulations: '[native, fex-nocache]',
  wrapper: 'qemu',
  command: '[qemu-x86_64, -L, /]',
  model: 'fex-nocache',
  launchMs: '{ value: 120, low: 60, high: 180 }',
  cpuFactor: '{ value: 4, low: 2, high: 8 }',
  firstLaunchExtraMs: '{ value: 300, low: 0, high: 400 }',
  sampling: '{ rounds: 8 }',
  budget: '{ launches: { batched: 5 } }',
  launches: '{ batched: 5 }',
  executables: '{ "capture-libs*": 5 }',
};
