import * as z from 'zod';

/** What may be missing. */
const maybe = <Value extends z.ZodType>(value: Value) => value.nullable().default(null);
const text = maybe(z.string());

/** A driver with a manifest; what could not be read has `error` in place of its library. */
const described = z.looseObject({
  json_path: z.string(),
  library_path: text,
  library_arch: text,
  name: text,
  api_version: text,
  error: text,
});
const describedList = maybe(z.array(described));

/** A driver that was found in a folder. */
const found = z.looseObject({ library_path: text, library_soname: text, library_link: text });
const foundList = maybe(z.array(found));

const architecture = z.looseObject({
  'can-run': maybe(z.boolean()),
  dri_drivers: foundList,
  'va-api_drivers': foundList,
  vdpau_drivers: foundList,
  glx_drivers: foundList,
});

const layers = { explicit_layers: describedList, implicit_layers: describedList };

/**
 * What is read of a report of `steam-runtime-system-info`. Every part may be missing: reports of ten years and of broken
 * machines are attached to bug reports. Source: reports of the real program, and its documentation of the format.
 */
export const systemReportSchema = z.looseObject({
  'os-release': maybe(z.looseObject({ pretty_name: text })),
  container: maybe(z.looseObject({ type: text })),
  architectures: z.record(z.string(), architecture),
  egl: maybe(z.looseObject({ icds: describedList, external_platforms: describedList })),
  vulkan: maybe(z.looseObject({ icds: describedList, ...layers })),
  'openxr-1': maybe(
    z.looseObject({ runtimes: maybe(z.looseObject({ active: maybe(described) })), ...layers }),
  ),
});

export type SystemReport = z.infer<typeof systemReportSchema>;
/** A driver as its manifest describes it. */
export type DescribedDriver = z.infer<typeof described>;
/** A driver as it was found in a folder. */
export type FoundDriver = z.infer<typeof found>;
