import * as z from 'zod';
import type { DriverClassName } from '../core/drivers/driver.ts';
import { TUPLES } from '../core/sysroot/architectures.ts';
import { PROBLEM_NAMES, PROBLEMS } from '../provision/driver-set.ts';

const fileName = z.string().regex(/^[^/]+$/u, 'a file name without "/"');
const pathOrName = z.string().regex(/^(\/.+|[^/]+)$/u, 'a file name, or an absolute path inside the tree');
/** A place in a tree. */
export const absolutePath = z.string().regex(/^\/./u, 'an absolute path inside the tree');
/** Long lists of names read better as text, which wraps. */
export const names = z
  .union([z.array(z.string().min(1)), z.string().regex(/\S/u, 'names separated by blanks')])
  .meta({ id: 'names' });

const SIZE = /^\d+(\.\d+)? (KiB|MiB)$/u;

/** One or more architectures. */
export const architectures = z.array(z.enum(TUPLES)).min(1).meta({
  description: 'Debian multiarch tuples.',
});

const binary = {
  architectures: architectures.optional().meta({
    description: 'Architectures that have it; all those of the scenario when left out.',
  }),
  needs: names
    .optional()
    .meta({ description: 'SONAMEs that it depends on (DT_NEEDED), as a list or separated by blanks.' }),
  runpath: z.string().optional().meta({ description: 'DT_RUNPATH; {tuple} stands for the architecture.' }),
  size: z
    .union([z.int().positive(), z.string().regex(SIZE, 'a size such as "25 MiB" or "600 KiB"')])
    .optional()
    .meta({ description: 'Size of the file: bytes, or text such as 25 MiB. Padding takes no room on disk.' }),
  problem: z
    .enum(PROBLEM_NAMES)
    .optional()
    .meta({
      description: `What is wrong with it. ${Object.entries(PROBLEMS)
        .map(([name, text]) => `${name}: ${text}`)
        .join('; ')}.`,
    }),
};

const library = z
  .strictObject({
    ...binary,
    file: fileName.optional().meta({
      description: 'Name of the file, to which the SONAME becomes a link; the SONAME itself when left out.',
    }),
    directory: absolutePath.optional().meta({
      description: 'Folder of the file; {tuple} stands for the architecture. Default: /usr/lib/{tuple}.',
    }),
    versions: names.optional().meta({ description: 'Version definitions, oldest first.' }),
    symbols: names.optional().meta({ description: 'Symbols that it defines.' }),
  })
  .meta({ id: 'library' });

const driverFile = {
  ...binary,
  file: pathOrName.meta({
    description: 'Name in the folder of the class, or absolute path; {tuple} stands for the architecture.',
  }),
  hardLinks: names
    .optional()
    .meta({ description: 'Further names of the same file, as a list or separated by blanks.' }),
  symlinks: z
    .record(pathOrName, z.string().min(1))
    .optional()
    .meta({ description: 'Symbolic links to make: name → target.' }),
  soname: fileName.optional().meta({ description: 'DT_SONAME; drivers mostly have none.' }),
};

const manifest = {
  manifest: z.string().min(1).meta({
    description:
      'Name of the manifest in the folder of the class, or absolute path; {arch} stands for x86_64, i686 or aarch64.',
  }),
  by: z.enum(['path', 'soname', 'relative']).optional().meta({
    description: 'How the manifest names the library. Default: path.',
  }),
  broken: z.boolean().optional().meta({ description: 'The manifest is cut short, so that it is no JSON.' }),
};

const libraryArch = {
  libraryArch: z.boolean().optional().meta({
    description: 'The manifest says which architecture it is for (library_arch). Default: false.',
  }),
};

const layerName = z
  .string()
  .min(1)
  .optional()
  .meta({ description: 'Name of the layer: VK_LAYER_…, XR_APILAYER_….' });

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
  'egl-icd': z.array(icd).optional(),
  'egl-external-platform': z.array(icd).optional(),
  'vulkan-icd': z.array(vulkanIcd).optional(),
  'vulkan-explicit-layer': z.array(layer).optional(),
  'vulkan-implicit-layer': z.array(layer).optional(),
  'openxr-runtime': z.array(icd).optional(),
  'openxr-explicit-layer': z.array(openxrLayer).optional(),
  'openxr-implicit-layer': z.array(openxrLayer).optional(),
  vdpau: z.array(module).optional(),
  dri: z.array(module).optional(),
  'va-api': z.array(module).optional(),
  gbm: z.array(module).optional(),
} satisfies Record<DriverClassName, z.ZodType>;

/** A synthetic tree, as a scenario file describes it. */
export const driverSetSchema = z.strictObject({
  glibc: z
    .string()
    .regex(/^2\.\d+$/u, 'a version of glibc in quotes, such as "2.36"')
    .optional()
    .meta({ description: 'Version of the C library, in quotes: "2.36". Left out: no C library.' }),
  libraries: z
    .record(fileName, z.union([...names.options, library]))
    .optional()
    .meta({ description: 'Shared libraries by SONAME: the names that each needs, or more about it.' }),
  drivers: z.strictObject(driversByClass).optional().meta({ description: 'Drivers by class.' }),
  files: z
    .record(absolutePath, z.string())
    .optional()
    .meta({ description: 'Further text files: absolute path → content.' }),
  symlinks: z
    .record(absolutePath, z.string().min(1))
    .optional()
    .meta({ description: 'Further symbolic links: absolute path → target.' }),
});

/** A synthetic tree that the validator has accepted. */
export type DriverSetFile = z.infer<typeof driverSetSchema>;
