import * as z from 'zod';
import type { DriverClassName } from '../core/drivers/driver.ts';
import { TUPLES } from '../core/sysroot/architectures.ts';
import { PROBLEM_NAMES, PROBLEMS } from '../provision/driver-set.ts';

const fileName = z.string().regex(/^[^/]+$/u, 'a file name without "/"');
const pathOrName = z.string().regex(/^(\/.+|[^/]+)$/u, 'a file name, or an absolute path inside the tree');
const absolutePath = z.string().regex(/^\/./u, 'an absolute path inside the tree');
/** Long lists of names read better as text, which wraps. */
export const names = z
  .union([z.array(z.string().min(1)), z.string().regex(/\S/u, 'names separated by blanks')])
  .meta({ id: 'names' });

const SIZE = /^\d+(\.\d+)? (KiB|MiB)$/u;

/** One or more architectures. */
export const architectures = z.array(z.enum(TUPLES)).min(1).describe('Debian multiarch tuples.');

const binary = {
  architectures: architectures.describe(
    'Architectures that have it; all those of the scenario when left out.',
  ),
  needs: names.describe('SONAMEs that it depends on (DT_NEEDED), as a list or separated by blanks.'),
  runpath: z.string().describe('DT_RUNPATH; {tuple} stands for the architecture.'),
  size: z
    .union([z.int().positive(), z.string().regex(SIZE, 'a size such as "25 MiB" or "600 KiB"')])
    .describe('Size of the file: bytes, or text such as 25 MiB. Padding takes no room on disk.'),
  problem: z.enum(PROBLEM_NAMES).describe(
    `What is wrong with it. ${Object.entries(PROBLEMS)
      .map(([name, text]) => `${name}: ${text}`)
      .join('; ')}.`,
  ),
};

const library = z
  .strictObject({
    ...binary,
    file: fileName.describe(
      'Name of the file, to which the SONAME becomes a link; the SONAME itself when left out.',
    ),
    directory: absolutePath.describe(
      'Folder of the file; {tuple} stands for the architecture. Default: /usr/lib/{tuple}.',
    ),
    versions: names.describe('Version definitions, oldest first.'),
    symbols: names.describe('Symbols that it defines.'),
  })
  .partial()
  .meta({ id: 'library' });

const driverFile = {
  file: pathOrName.describe(
    'Name in the folder of the class, or absolute path; {tuple} stands for the architecture.',
  ),
  ...z
    .object({
      ...binary,
      hardLinks: names.describe('Further names of the same file, as a list or separated by blanks.'),
      symlinks: z.record(pathOrName, z.string().min(1)).describe('Symbolic links to make: name → target.'),
      soname: fileName.describe('DT_SONAME; drivers mostly have none.'),
    })
    .partial().shape,
};

const manifest = {
  manifest: z
    .string()
    .min(1)
    .describe(
      'Name of the manifest in the folder of the class, or absolute path; {arch} stands for x86_64, i686 or aarch64.',
    ),
  by: z
    .enum(['path', 'soname', 'relative'])
    .optional()
    .describe('How the manifest names the library. Default: path.'),
  broken: z.boolean().optional().describe('The manifest is cut short, so that it is no JSON.'),
};

const libraryArch = {
  libraryArch: z
    .boolean()
    .optional()
    .describe('The manifest says which architecture it is for (library_arch). Default: false.'),
};

const layerName = z.string().min(1).optional().describe('Name of the layer: VK_LAYER_…, XR_APILAYER_….');

const module = z.union([pathOrName, z.strictObject(driverFile)]).meta({ id: 'module' });
const icd = z.strictObject({ ...driverFile, ...manifest }).meta({ id: 'icd' });
const vulkanIcd = z.strictObject({ ...driverFile, ...manifest, ...libraryArch }).meta({ id: 'vulkanIcd' });
const layer = z
  .strictObject({ ...driverFile, ...manifest, ...libraryArch, layer: layerName })
  .meta({ id: 'layer' });
const openxrLayer = z
  .strictObject({ ...driverFile, ...manifest, layer: layerName })
  .meta({ id: 'openxrLayer' });

/** What drivers of each class say of themselves. */
const driversByClass = {
  'egl-icd': z.array(icd),
  'egl-external-platform': z.array(icd),
  'vulkan-icd': z.array(vulkanIcd),
  'vulkan-explicit-layer': z.array(layer),
  'vulkan-implicit-layer': z.array(layer),
  'openxr-runtime': z.array(icd),
  'openxr-explicit-layer': z.array(openxrLayer),
  'openxr-implicit-layer': z.array(openxrLayer),
  vdpau: z.array(module),
  dri: z.array(module),
  'va-api': z.array(module),
  gbm: z.array(module),
} satisfies Record<DriverClassName, z.ZodType>;

/** A synthetic tree, as a scenario file describes it. */
export const driverSetSchema = z
  .strictObject({
    glibc: z
      .string()
      .regex(/^2\.\d+$/u, 'a version of glibc in quotes, such as "2.36"')
      .describe('Version of the C library, in quotes: "2.36". Left out: no C library.'),
    libraries: z
      .record(fileName, z.union([...names.options, library]))
      .describe('Shared libraries by SONAME: the names that each needs, or more about it.'),
    drivers: z.strictObject(driversByClass).partial().describe('Drivers by class.'),
    files: z.record(absolutePath, z.string()).describe('Further text files: absolute path → content.'),
    symlinks: z
      .record(absolutePath, z.string().min(1))
      .describe('Further symbolic links: absolute path → target.'),
  })
  .partial();

/** A synthetic tree that the validator has accepted. */
export type DriverSetFile = z.infer<typeof driverSetSchema>;
/** A layer of Vulkan, which has all that drivers can have. */
export type LayerFile = z.infer<typeof layer>;
