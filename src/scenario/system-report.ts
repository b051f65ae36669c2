import * as z from 'zod';

const text = z.string().nullable().default(null);

/** A driver with a manifest; what could not be read has `error` in place of its library. */
const described = z.looseObject({
  json_path: z.string(),
  library_path: text,
  library_arch: text,
  name: text,
  api_version: text,
  error: text,
});

/** A driver that was found in a folder. */
const found = z.looseObject({ library_path: text, library_soname: text, library_link: text });

const list = <Item extends z.ZodType>(item: Item) => z.array(item).nullable().default(null);

const architecture = z.looseObject({
  'can-run': z.boolean().nullable().default(null),
  dri_drivers: list(found),
  'va-api_drivers': list(found),
  vdpau_drivers: list(found),
  glx_drivers: list(found),
});

/**
 * What is read of a report of `steam-runtime-system-info`. Every part may be missing: reports of ten years and of broken
 * machines are attached to bug reports. Source: reports of the real program, and its documentation of the format.
 */
export const systemReportSchema = z.looseObject({
  'os-release': z.looseObject({ pretty_name: text }).nullable().default(null),
  container: z.looseObject({ type: text }).nullable().default(null),
  architectures: z.record(z.string(), architecture),
  egl: z
    .looseObject({ icds: list(described), external_platforms: list(described) })
    .nullable()
    .default(null),
  vulkan: z
    .looseObject({
      icds: list(described),
      explicit_layers: list(described),
      implicit_layers: list(described),
    })
    .nullable()
    .default(null),
  'openxr-1': z
    .looseObject({
      runtimes: z
        .looseObject({ active: described.nullable().default(null) })
        .nullable()
        .default(null),
      explicit_layers: list(described),
      implicit_layers: list(described),
    })
    .nullable()
    .default(null),
});

export type SystemReport = z.infer<typeof systemReportSchema>;
/** A driver as its manifest describes it. */
export type DescribedDriver = z.infer<typeof described>;
/** A driver as it was found in a folder. */
export type FoundDriver = z.infer<typeof found>;
