import { parseArgs } from 'node:util';
import type { Imports } from '../core/drivers/driver-classes.ts';
import type { Edition } from '../core/editions/edition.ts';
import { editionNamed, isEditionName } from '../core/editions/editions.ts';
import { isStrategyName, type StrategyName } from '../core/overrides/strategies.ts';
import { isTuple, type Tuple } from '../core/sysroot/architectures.ts';
import { parseVariable } from '../variables.ts';

/** What a fresh process is to capture once: the set-up of a cell, without its trees being open. */
export interface CaptureRequest {
  readonly strategy: StrategyName;
  readonly edition: Edition;
  readonly imports: Imports;
  readonly provider: TreePlace;
  readonly container: TreePlace;
  readonly providerInContainer: string;
  readonly architectures: readonly Tuple[];
  /** Existing folder that the capture goes to. */
  readonly overrides: string;
  /** Variables that drivers are discovered with, and that captures see. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Directory that relative paths in variables start from. */
  readonly cwd: string;
}

/** A tree as it is to be opened. */
export interface TreePlace {
  readonly root: string;
  readonly confined: boolean;
}

const OPTIONS = {
  strategy: { type: 'string' },
  edition: { type: 'string' },
  import: { type: 'string', multiple: true },
  provider: { type: 'string' },
  'confined-provider': { type: 'boolean' },
  container: { type: 'string' },
  'confined-container': { type: 'boolean' },
  'provider-in-container': { type: 'string' },
  arch: { type: 'string', multiple: true },
  overrides: { type: 'string' },
  env: { type: 'string', multiple: true },
  cwd: { type: 'string' },
} as const;

/** The request as the arguments of capture-once.cjs. */
export function formatCaptureRequest(request: CaptureRequest): readonly string[] {
  const { strategy, edition, imports, provider, container, providerInContainer } = request;
  const { architectures, overrides, env, cwd } = request;
  return [
    `--strategy=${strategy}`,
    `--edition=${edition.name}`,
    ...Object.entries(imports).flatMap(([name, isWanted]) => (isWanted ? [`--import=${name}`] : [])),
    `--provider=${provider.root}`,
    ...(provider.confined ? ['--confined-provider'] : []),
    `--container=${container.root}`,
    ...(container.confined ? ['--confined-container'] : []),
    `--provider-in-container=${providerInContainer}`,
    ...architectures.map((arch) => `--arch=${arch}`),
    `--overrides=${overrides}`,
    ...Object.entries(env).flatMap(([name, value]) =>
      value === undefined ? [] : [`--env=${name}=${value}`],
    ),
    `--cwd=${cwd}`,
  ];
}

/**
 * Reads the arguments that `formatCaptureRequest` made.
 *
 * @throws TypeError when they are others: nobody but us calls the program.
 */
export function parseCaptureRequest(args: readonly string[]): CaptureRequest {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  const { strategy = '', edition = '', import: imported = [] } = values;
  if (!isStrategyName(strategy)) throw new TypeError(`--strategy: "${strategy}" is none`);
  if (!isEditionName(edition)) throw new TypeError(`--edition: "${edition}" is none`);
  return {
    strategy,
    edition: editionNamed(edition),
    imports: {
      vulkanLayers: imported.includes('vulkanLayers'),
      openxrLayers: imported.includes('openxrLayers'),
      openxrRuntimes: imported.includes('openxrRuntimes'),
    },
    provider: { root: required(values, 'provider'), confined: values['confined-provider'] ?? false },
    container: { root: required(values, 'container'), confined: values['confined-container'] ?? false },
    providerInContainer: required(values, 'provider-in-container'),
    architectures: (values.arch ?? []).filter(isTuple),
    overrides: required(values, 'overrides'),
    env: Object.fromEntries((values.env ?? []).map(parseVariable)),
    cwd: required(values, 'cwd'),
  };
}

function required<Name extends string>(values: Readonly<Partial<Record<Name, string>>>, name: Name): string {
  const value = values[name];
  if (value === undefined) throw new TypeError(`--${name} is missing`);
  return value;
}
